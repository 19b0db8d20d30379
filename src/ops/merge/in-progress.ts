import { join } from 'node:path';
import { makeFolders, readIfThere, removeIfThere, writeDurably } from '../../store/files.ts';
import type { Context } from '../context.ts';

/** A merge that stopped at conflicts, as `state/merge.json` keeps it. */
export interface MergeInProgress {
  /** Revisions of both sides, and their tips when it stopped. */
  from: { name: string; tip: string };
  into: { name: string; tip: string };
  turns?: string;
  summarize?: string;
  conflicts: number;
}

const fileOf = ({ home }: Pick<Context, 'home'>) => join(home, 'state', 'merge.json');

/** Returns the merge that has stopped; undefined without one. */
export async function readMerge(context: Context): Promise<MergeInProgress | undefined> {
  const bytes = await readIfThere(context.host.fs, fileOf(context));
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isMerge(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  context.warn(`${fileOf(context)} cannot be read and is ignored: no merge counts as in progress`);
  return undefined;
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

/** Remembers a merge that has stopped; readable by the user alone. */
export async function writeMerge(context: Context, merge: MergeInProgress): Promise<void> {
  await makeFolders(context.host.fs, join(context.home, 'state'));
  await writeDurably(context.host.fs, fileOf(context), `${JSON.stringify(merge)}\n`);
}

/** Forgets it. */
export async function forgetMerge(context: Context): Promise<void> {
  await removeIfThere(context.host.fs, fileOf(context));
}
