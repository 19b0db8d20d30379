import { dirname, join } from 'node:path';
import type { Verdict } from '../../model/bisect.ts';
import { makeFolders, readIfThere, removeIfThere, writeDurably } from '../../store/files.ts';
import type { Context } from '../context.ts';

/** A turn, or one up to a step. */
export interface Place {
  turn: string;
  step?: number;
}

export interface Mark extends Place {
  as: Verdict;
}

/** A bisect under way: what is searched, and what was said so far. It names turns by their ids, so it outlives imports. */
export interface BisectState {
  conversation: string;
  branch: string;
  /** Step by step, not turn by turn. */
  steps: boolean;
  /** The last turn that is looked at. */
  end: Place;
  /** In the order in which they were said; the last word on a place counts. */
  marks: Mark[];
}

const version = 1;
const fileOf = ({ home }: Context) => join(home, 'state', 'bisect.json');

/** Returns the bisect under way; undefined for none. */
export async function readBisect(context: Context): Promise<BisectState | undefined> {
  const path = fileOf(context);
  const bytes = await readIfThere(context.host.fs, path);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isState(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  context.warn(`${path} cannot be read and is ignored: no bisect counts as begun`);
  return undefined;
}

/** Writes down how far a bisect has come, for its user alone. Throws `cannot-write`. */
export async function saveBisect(context: Context, state: BisectState): Promise<void> {
  const path = fileOf(context);
  await makeFolders(context.host.fs, dirname(path));
  await writeDurably(context.host.fs, path, `${JSON.stringify({ version, ...state })}\n`);
}

/** Forgets the bisect under way. */
export const forgetBisect = (context: Context): Promise<void> => removeIfThere(context.host.fs, fileOf(context));

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isPlace(value: unknown): value is Place {
  return isFields(value) && /^[0-9a-z]{12}$/.test(String(value.turn)) && (value.step === undefined || Number.isSafeInteger(value.step));
}

function isMark(value: unknown): value is Mark {
  return isPlace(value) && ['good', 'bad', 'skip'].includes(String((value as Mark).as));
}

function isState(value: unknown): value is BisectState {
  if (!isFields(value) || value.version !== version) return false;
  const words = [value.conversation, value.branch].every((word) => typeof word === 'string');
  return words && typeof value.steps === 'boolean' && isPlace(value.end) && Array.isArray(value.marks) && value.marks.every(isMark);
}
