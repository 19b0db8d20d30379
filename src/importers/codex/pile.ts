import type { RecordIds } from '../../model/turn.ts';
import { isAdopted } from './identity.ts';
import type { Pile, Segment } from './state.ts';

/** A record's place in the file and what a turn keeps of it. */
export interface Placed {
  offset: number;
  length: number;
  /** Native ordinal, else the number of the line. */
  ordinal: number;
  id: string;
  kept: boolean;
  time?: number;
  agents: string[];
}

/** Bytes of a line end, which may stand between two records of one range. */
const lineEnd = 2;

/** Adds a record to the records of a turn; in file order except for late outputs. */
export function put(pile: Pile, placed: Placed): void {
  const range = pile.ranges.at(-1);
  const gap = range ? placed.offset - range[0] - range[1] : -1;
  if (range && gap >= 0 && gap <= lineEnd) range[1] += gap + placed.length;
  else pile.ranges.push([placed.offset, placed.length]);
  pile[placed.kept ? 'kept' : 'others'] += placed.id;
  extend(pile, placed.ordinal, placed.ordinal);
  if (placed.kept && placed.time !== undefined) {
    pile.time ??= placed.time;
    pile.ended = placed.time;
  }
  addAgents(pile, placed.agents);
}

/** Moves the records of one pile behind those of another one. */
export function pour(from: Pile, into: Pile): void {
  if (from.first < 0) return;
  for (const range of from.ranges) into.ranges.push(range);
  into.kept += from.kept;
  into.others += from.others;
  extend(into, from.first, from.last);
  if (from.time !== undefined) into.time ??= from.time;
  if (from.ended !== undefined) into.ended = from.ended;
  addAgents(into, from.agents);
}

/** Returns the record ids of a turn; of one that convo wrote none counts as kept, since it never stands for the original. */
export function recordIds(segment: Segment): RecordIds {
  const [kept, others] = [idsOf(segment.kept), idsOf(segment.others)];
  return isAdopted(segment) ? { kept: [], others: [...kept, ...others] } : { kept, others };
}

const idsOf = (text: string): string[] => text.match(/.{8}/g) ?? [];

function extend(pile: Pile, first: number, last: number): void {
  pile.first = pile.first < 0 ? first : Math.min(pile.first, first);
  pile.last = Math.max(pile.last, last);
}

function addAgents(pile: Pile, agents: readonly string[]): void {
  for (const agent of agents) if (!pile.agents.includes(agent)) pile.agents.push(agent);
}
