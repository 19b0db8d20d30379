import { stateFile } from '../state-file.ts';

/** A merge that stopped at conflicts, as `state/merge.json` keeps it. */
export interface MergeInProgress {
  /** Revisions of both sides, and their tips when it stopped. */
  from: { name: string; tip: string };
  into: { name: string; tip: string };
  turns?: string;
  summarize?: string;
  conflicts: number;
}

function isMerge(value: unknown): value is MergeInProgress {
  if (typeof value !== 'object' || value === null) return false;
  const { from, into, turns, summarize, conflicts } = value as Record<string, unknown>;
  return isSide(from) && isSide(into) && [turns, summarize].every(isTextOrNone) && typeof conflicts === 'number';
}

const isTextOrNone = (value: unknown) => value === undefined || typeof value === 'string';
const isSide = (side: unknown) =>
  typeof side === 'object' &&
  side !== null &&
  'name' in side &&
  'tip' in side &&
  typeof side.name === 'string' &&
  typeof side.tip === 'string';

/** The merge that has stopped, where there is one. */
export const {
  read: readMerge,
  save: writeMerge,
  forget: forgetMerge,
} = stateFile<MergeInProgress>('merge.json', isMerge, 'no merge counts as in progress');
