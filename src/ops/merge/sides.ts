import { fail } from '../../errors.ts';
import type { TurnId } from '../../model/ids.ts';
import type { OpenTurn, StoredTurn } from '../../store/entry.ts';
import { forkPoint } from '../../store/fork-point.ts';
import type { Named, ObjectWriter, Oid } from '../../store/git.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { type HistoryCommit, history } from '../history.ts';
import { isOpen, isStored, openAt, stillOpen, type ThreadTurn, upTo } from '../in-progress.ts';
import type { MergeFrom, MergeInput } from '../merge-result.ts';
import { endOf } from '../range.ts';
import { savedOpen } from '../saved-open.ts';
import { findTail, placeOf, type Tail, tailOf } from '../tail.ts';
import { findTarget, type Target } from '../target.ts';
import { turnsOf } from '../turns.ts';

/** What is merged: the turns of a branch up to one. In a dry run turns in progress may be among them. */
export interface From extends Omit<Tail, 'last'> {
  last: ThreadTurn;
  thread: readonly ThreadTurn[];
  /** True where it ends before the branch does. */
  inside: boolean;
}

/** Both sides of a merge, and who has which turns. */
export interface Pair {
  from: From;
  into: Tail;
  /** Turns of each side that the other has not, in order. */
  theirs: ThreadTurn[];
  ours: StoredTurn[];
  /** Turns of ours that both have. */
  shared: StoredTurn[];
  /** The last turn that both have before the first that only theirs has. */
  since?: number;
  /** Tells whether ours has a commit already. */
  has: (commit: Named) => boolean;
}

/**
 * Returns both sides of a merge that begins. What is in progress in `from` is saved first where the merge needs it: the turn that was named, or
 * the end of a branch that has nothing else to bring. A dry run takes it as raw tells it.
 */
export async function sidesOf(context: Context, { from, into, dryRun }: MergeInput): Promise<Pair> {
  const target = await findMerged(context, from);
  const open = openAt(target);
  if (!open || !(await needsOpen(context, target, open, into))) return pairOf(context, fromOfTarget(context, target), into);
  const begun = dryRun ? await unsavedFrom(context, target, open) : undefined;
  return pairOf(context, begun ?? fromOfTarget(context, dryRun ? target : await savedOpen(context, target)), into);
}

/** A target up to its turn in progress, nothing saved; undefined where raw lacks that turn. */
async function unsavedFrom(context: Context, target: Target, open: OpenTurn): Promise<From | undefined> {
  const thread = upTo(target);
  const built = await turnsOf(context, target, thread.filter(isOpen));
  if (built.at(-1)?.id !== open.id) return undefined;
  context.warn(`Turn ${open.n} of ${target.entry.id} is in progress: it would be saved as it stands`);
  return { target, tip: target.branch.tip, last: open, thread, inside: false };
}

/** Tells whether a merge needs the turn in progress with which a target ends: the branch merged into has it not, nor will it grow by it. */
async function needsOpen(context: Context, target: Target, open: OpenTurn, intoName: string): Promise<boolean> {
  const into = await findTail(context, 'merge', intoName);
  if (into.target.thread.some(({ id }) => id === open.id)) return false;
  const { entry, branch, turn } = target;
  const isSame = into.target.entry.id === entry.id && into.target.branch.name === branch.name;
  if (turn) return !isSame || !upTo(target).some(({ id }) => id === into.last.id);
  if (isSame) return false;
  return target.thread.length === 0 || (await pairBetween(context, tailAt(target), into)).theirs.length === 0;
}

/** Returns what a revision names to be merged: a branch, or its turns up to one. */
export async function findFrom(context: Context, revision: string): Promise<From> {
  return fromOfTarget(context, await findMerged(context, revision));
}

async function findMerged(context: Context, revision: string): Promise<Target> {
  const target = await findTarget(context, revision);
  const { step, agent } = target;
  if (agent || step !== undefined)
    throw fail('bad-value', {
      verb: 'merge',
      what: 'the revision',
      value: revision,
      expected: 'a branch or a turn: convo branch makes a branch that ends inside a turn',
    });
  return target;
}

/** A branch up to the turn that was named; what is in progress behind it is told. */
function fromOfTarget(context: Context, target: Target): From {
  const from = tailAt(target);
  for (const { n } of target.turn ? [] : target.open.slice(0, 1))
    context.warn(`Turn ${n} of ${nameOfTail(from)} is in progress and stays out`);
  return from;
}

function tailAt(target: Target): From {
  const { turn, thread } = target;
  if (turn && !isStored(turn)) throw stillOpen(target, turn.n);
  const tail = tailOf(target);
  if (!turn || turn.id === tail.last.id) return { ...tail, thread, inside: false };
  return { ...tail, last: turn, thread: thread.slice(0, thread.indexOf(turn) + 1), inside: true };
}

/** Returns both sides of a merge. */
export async function pairOf(context: Context, from: From, intoName: string): Promise<Pair> {
  return pairBetween(context, from, await findTail(context, 'merge', intoName));
}

async function pairBetween(context: Context, from: From, into: Tail): Promise<Pair> {
  const merged = new Set(from.thread.map(({ id }) => id));
  const commits = await history(context, [into.tip]);
  const end = from.target.thread.length > 0 ? await endOf(context, { ...from.target, turn: from.last }) : undefined;
  const [known, told] = [turnsIn(into, commits), turnsIn(from, await history(context, end === undefined ? [] : [end]))];
  for (const { id } of from.target.thread) if (!merged.has(id)) told.delete(id);
  const { thread } = into.target;
  const first = from.thread.findIndex(({ id }) => !known.has(id));
  const since = first > 0 ? from.thread[first - 1] : from.thread.findLast(({ id }) => known.has(id));
  return {
    from,
    into,
    theirs: from.thread.filter(({ id }) => !known.has(id)),
    ours: thread.filter(({ id }) => !told.has(id)),
    shared: thread.filter(({ id }) => told.has(id)),
    ...(since ? { since: since.n } : {}),
    has: (commit) => typeof commit === 'string' && commits.has(commit),
  };
}

/** Every turn that a branch has, or once had, or has merged. */
function turnsIn({ target }: Pick<Tail, 'target'>, commits: ReadonlyMap<Oid, HistoryCommit>): Set<TurnId> {
  const ids = new Set(target.thread.map(({ id }) => id));
  for (const { turn } of commits.values()) if (turn) ids.add(turn);
  return ids;
}

/** Returns the commit that ends with what is merged, and its time in seconds since 1970. */
export async function commitOf(
  store: Store,
  writer: ObjectWriter,
  { target, tip, thread, inside }: From,
  time: number,
): Promise<{ commit: Named; time: number }> {
  return inside ? forkPoint(store.engine, writer, tip, target.thread, thread.length - 1) : { commit: tip, time };
}

/** Returns the whole name of a branch. */
export const nameOfTail = ({ target: { entry, branch } }: Pick<Tail, 'target'>): string => `${entry.id}/${branch.label ?? branch.name}`;

/** Returns what is merged as it is told. */
export function fromOf(from: From): MergeFrom {
  return { ...placeOf(from), name: `${nameOfTail(from)}${from.inside ? `@${from.last.n}` : ''}`, turns: from.thread.length };
}
