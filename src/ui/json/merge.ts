import type { Conflict, Stand } from '../../model/merge/conflicts.ts';
import type { MadeTurn } from '../../ops/made-result.ts';
import type { Joined, MergeResult } from '../../ops/merge-result.ts';
import { madeWire } from './made.ts';

interface StandWire {
  told: string;
  turns: { id: string; n: number }[];
}

export interface ConflictWire {
  kind: string;
  topic: string;
  base: StandWire | null;
  ours: StandWire;
  theirs: StandWire;
}

interface PlaceWire {
  id: string;
  tool: string;
  title: string;
  branch: string;
}

/** `convo.merge/1`: what was merged, would be merged, or stopped at conflicts. */
export interface MergeWire {
  did: MergeResult['did'];
  from: PlaceWire | { name: string };
  into: PlaceWire | { name: string };
  /** Of a merge that was made, would be made, or stopped. */
  since?: number | null;
  turn?: { id: string; n: number };
  commit?: string | null;
  text?: string;
  brought?: MadeTurn[];
  conflicts?: ConflictWire[];
  resolution?: string | null;
}

/** Returns the wire form of a merge. */
export function mergeWire(result: MergeResult): MergeWire {
  const { did } = result;
  if (did === 'aborted') return { did, from: { name: result.from.name }, into: { name: result.into.name } };
  const { from, into } = result;
  const sides = {
    from: { id: from.id, tool: from.tool, title: from.title, branch: from.branch, name: from.name, turns: from.turns },
    into: { id: into.id, tool: into.tool, title: into.title, branch: into.branch },
  };
  if (did === 'nothing') return { did, ...sides };
  return { did, ...sides, ...joinedWire(result), commit: did === 'merged' ? result.commit : null };
}

function joinedWire({ since, turn, text, brought, conflicts, resolution }: Joined): Partial<MergeWire> {
  return {
    since: since ?? null,
    turn: { id: turn.id, n: turn.n },
    text,
    brought: brought.map(madeWire),
    conflicts: conflicts.map(conflictWire),
    resolution: resolution ?? null,
  };
}

const conflictWire = ({ kind, topic, base, ours, theirs }: Conflict): ConflictWire => ({
  ...{ kind, topic },
  ...{ base: base ? standWire(base) : null, ours: standWire(ours), theirs: standWire(theirs) },
});

const standWire = ({ told, turns }: Stand): StandWire => ({ told, turns: turns.map(({ turn, n }) => ({ id: turn, n })) });
