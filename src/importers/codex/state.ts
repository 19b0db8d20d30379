import type { Role, Stop, TurnKind } from '../../model/turn.ts';

/**
 * What pass 1 knows of a file: a turn an entry, with the byte ranges of its records. Codex writes strictly in order, so the
 * state after a record depends on the records before it alone, and a grown file goes on from the saved state. It is JSON.
 */
export interface State {
  meta: Meta;
  turns: Segment[];
  /** Index of the turn that the next one hangs on; -1 before the first. */
  tip: number;
  task: Task | null;
  /** Records that lead the next turn. */
  lead: Pile;
  model: string;
  /** The last `token_count`, to know a repetition. */
  total: string;
  totalOutput: number;
  /** All of the file. */
  records: number;
}

/** Records of one turn. */
export interface Pile {
  /** [offset, length] of runs of adjacent records. */
  ranges: [number, number][];
  /** Record ids of 8 characters each, without a separator: a file may have a million. */
  kept: string;
  others: string;
  /** Least and greatest ordinal (line number where there is none); -1 before the first. */
  first: number;
  last: number;
  /** Milliseconds since 1970 of the first and the last kept record. */
  time?: number;
  ended?: number;
  agents: string[];
}

/** One turn to be. */
export interface Segment extends Pile {
  native: string;
  /** The turn_id, or what stands for it. */
  task: string;
  role: Role;
  kind?: TurnKind;
  /** Index of the parent; -1 for a first turn. */
  parent: number;
  closed: boolean;
  stop?: Stop;
  model?: string;
  output?: number;
  context?: number;
  /** Calls without an output. */
  open: string[];
  /** The last block is assistant text. */
  says: boolean;
  /** A person's words, of which only one of item and event was seen. */
  asked?: 'item' | 'event';
}

/** The exchange that runs: all with one turn_id. */
export interface Task {
  /** The turn_id; '' while no record told it and no turn was opened; derived from the text after that. */
  name: string;
  /** The name is a turn_id that a record told. */
  told: boolean;
  /** Index of the turn that takes the next record; -1 for none yet. */
  now: number;
  /** Its versions write end marks (`task_started` was seen). */
  marked: boolean;
  /** It has a person's prompt. */
  asked: boolean;
  /** How many turns it has. */
  opened: Record<Role, number>;
}

/** What the first session_meta says; it is the identity, later ones repeat it or are copied from a parent. */
export interface Meta {
  native: string;
  /** Ids of the session_metas before the first turn, each different from the one before. */
  lineage: string[];
  forkedFrom: string;
  parentThread: string;
  folder: string;
  remote: string;
  title: string;
  time: string;
  base?: { native: string; before?: number };
  agent?: { of: string; name: string };
}

/** Returns the state before the first record. */
export function newState(): State {
  const meta: Meta = { native: '', lineage: [], forkedFrom: '', parentThread: '', folder: '', remote: '', title: '', time: '' };
  return { meta, turns: [], tip: -1, task: null, lead: newPile(), model: '', total: '', totalOutput: 0, records: 0 };
}

/** Returns a pile without records. */
export function newPile(): Pile {
  return { ranges: [], kept: '', others: '', first: -1, last: -1, agents: [] };
}
