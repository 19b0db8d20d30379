import { type ConvoError, fail } from '../errors.ts';
import type { OpenTurn, StoredTurn } from '../store/entry.ts';
import type { Target } from './target.ts';

/** A turn of a thread: one with a page, or one in progress, which only raw holds in full. */
export type ThreadTurn = StoredTurn | OpenTurn;

/** Tells whether a turn has a page. */
export const isStored = (turn: ThreadTurn): turn is StoredTurn => 'blob' in turn;

/** Tells whether a turn is in progress. */
export const isOpen = (turn: ThreadTurn): turn is OpenTurn => !isStored(turn);

/** Returns the turn in progress that a revision names or ends with. */
export function openAt({ turn, current, agent }: Pick<Target, 'turn' | 'current' | 'agent'>): OpenTurn | undefined {
  if (agent) return undefined;
  const named = turn ?? current.at(-1);
  return named && isOpen(named) ? named : undefined;
}

/** Returns the refusal of a command that needs the page of a turn in progress. */
export const stillOpen = ({ entry }: Pick<Target, 'entry'>, n: number): ConvoError =>
  fail('turn-open', { turn: n, conversation: entry.id, hint: 'convo import --close saves it as it is' });

/** Returns the turns up to one in progress, root first; it stands there instead of its page, where it has one already. */
export function threadTo(turn: OpenTurn, thread: readonly StoredTurn[], open: readonly OpenTurn[]): ThreadTurn[] {
  const above = open.find(({ id }) => id === turn.parent);
  if (above) return [...threadTo(above, thread, open), turn];
  return [...thread.slice(0, thread.findIndex(({ id }) => id === turn.parent) + 1), turn];
}

/** Returns the thread that goes on now: with what is in progress in it, where something is. */
export function currentThread(thread: readonly StoredTurn[], open: readonly OpenTurn[]): ThreadTurn[] {
  const newest = open.reduce<OpenTurn | undefined>((a, b) => (a && (a.time ?? '') > (b.time ?? '') ? a : b), undefined);
  return newest ? threadTo(newest, thread, open) : [...thread];
}

/** Returns the turns up to the one that a revision names, root first; those of the whole branch where it names none. */
export function upTo({ turn, thread, open, current }: Pick<Target, 'turn' | 'thread' | 'open' | 'current'>): ThreadTurn[] {
  if (!turn) return current;
  return isStored(turn) ? thread.slice(0, thread.findIndex(({ id }) => id === turn.id) + 1) : threadTo(turn, thread, open);
}
