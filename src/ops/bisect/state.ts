import type { Verdict } from '../../model/bisect.ts';
import type { Context } from '../context.ts';
import { stateFile } from '../state-file.ts';

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

const file = stateFile<BisectState>('bisect.json', isState, 'no bisect counts as begun');

/** Returns the bisect under way; undefined for none. */
export const readBisect = file.read;

/** Writes down how far a bisect has come, for its user alone. Throws `cannot-write`. */
export function saveBisect(context: Context, state: BisectState): Promise<void> {
  const versioned = { version, ...state };
  return file.save(context, versioned);
}

/** Forgets the bisect under way. */
export const forgetBisect = file.forget;
