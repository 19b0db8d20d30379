import { fail } from '../errors.ts';
import type { Mark } from '../model/diff/change.ts';
import { type Facts, factsOf } from '../model/diff/facts.ts';
import { diffThreads, type TurnChange } from '../model/diff/threads.ts';
import { notesOf } from '../model/notes/notes.ts';
import type { Turn } from '../model/turn.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { isStored, type ThreadTurn, upTo } from './in-progress.ts';
import { endOf, findRange, mergeBaseOf, nameOf } from './range.ts';
import { type ConversationHead, findTarget, headOfTarget, type Target } from './target.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';
import { endAtStep, turnsOf } from './turns.ts';
import { wholeName } from './whole-name.ts';

export interface DiffInput {
  /** A revision, or with `b` absent a range: `a..b` is both, `a...b` what b did since they parted. */
  a: string;
  /** Absent: the current branch. */
  b?: string;
}

/** One of the two that are compared. */
export interface DiffSide {
  /** The whole name of what is compared: `7qk2m4xw9d/main@12`. */
  name: string;
  conversation: ConversationHead;
  /** Its turns, those that both share included. */
  turns: number;
}

export interface DiffResult {
  a: DiffSide;
  b: DiffSide;
  /** Where they parted; absent where they share no turn. */
  base?: DiffBase;
  /** Of the turns behind the base. */
  facts: Facts;
  /** Every turn behind the base, of both sides once, in order. */
  changes: TurnChange[];
  counts: Record<Mark, number>;
}

export interface DiffBase {
  /** The last turn that both share. */
  turn: TurnSummary;
  /** Turns that both share. */
  shared: number;
  /** The commit that `git merge-base` names; absent where the same turns stand in commits of their own. */
  commit?: Oid;
  /** The side that has merged the other one since. */
  merged?: 'a' | 'b';
}

/** A revision as it is compared. */
interface Compared {
  target: Target;
  /** The turns up to it. */
  thread: ThreadTurn[];
}

/** Compares two revisions: from where they parted, else from their first turns. */
export async function diff(context: Context, input: DiffInput): Promise<DiffResult> {
  const [a, b] = await bothOf(context, input);
  const shared = sharedTurns(a, b);
  const base = await baseOf(context, a, b, shared);
  const [left, right] = [await ownTurns(context, a, b, 'a', shared, base), await ownTurns(context, b, a, 'b', shared, base)];
  const changes = diffThreads(left, right);
  const facts = factsOf(notesOf(left), notesOf(right));
  return { a: sideOf(a), b: sideOf(b), ...(base && { base }), facts, changes, counts: countsOf(changes) };
}

async function bothOf(context: Context, { a, b }: DiffInput): Promise<[Compared, Compared]> {
  const range = b === undefined ? await findRange(context, a) : undefined;
  if (!range) return [compared(await findTarget(context, a)), compared(await findTarget(context, b ?? ''))];
  const end = range.b.target;
  if (!range.range.both) return [compared(range.a.target), compared(end)];
  const base = await (await context.reader()).thread(await mergeBaseOf(context, range.a, range.b));
  const turn = end.thread.findLast(({ id }) => base.some((one) => one.id === id));
  if (!turn) throw fail('no-merge-base', { a: nameOf(range.a), b: nameOf(range.b) });
  return [compared({ ...end, turn }), compared(end)];
}

const compared = (target: Target): Compared => ({ target, thread: upTo(target) });

/** The number of turns with which both begin; one of which a step was named may end before it ends. */
function sharedTurns(a: Compared, b: Compared): number {
  const whole = (side: Compared) => side.thread.length - (side.target.step === undefined ? 0 : 1);
  const most = Math.min(whole(a), whole(b));
  let shared = 0;
  for (; shared < most; shared += 1) {
    const [left, right] = [a.thread[shared], b.thread[shared]];
    if (!left || !right || !isStored(left) || !isStored(right) || left.blob !== right.blob) break;
  }
  return shared;
}

async function baseOf(context: Context, a: Compared, b: Compared, shared: number): Promise<DiffBase | undefined> {
  const last = a.thread[shared - 1];
  if (!last) return undefined;
  const [turn] = await turnsOf(context, a.target, [last]);
  if (!turn) return undefined;
  const [one, other] = [await commitOf(context, a), await commitOf(context, b)];
  const commit = one && other ? await (await context.reader()).mergeBase(one, other) : undefined;
  if (!one || !other || !commit) return { turn: summarize(turn), shared };
  const [inOne, inOther] = [await stands(context, commit, one), await stands(context, commit, other)];
  return { turn: summarize(turn), shared, commit, ...(inOne !== inOther && { merged: inOne ? ('b' as const) : ('a' as const) }) };
}

/** No commit is of the thread of a sub-agent alone. */
const commitOf = async (context: Context, { target }: Compared) => (target.agent ? undefined : endOf(context, target));

/** Tells whether a commit is one of those before another, along first parents. */
async function stands(context: Context, commit: Oid, tip: Oid): Promise<boolean> {
  for await (const { oid } of (await context.reader()).commits(tip)) if (oid === commit) return true;
  return false;
}

/** The turns of a side behind those that both begin with; without those that the other side has merged. */
async function ownTurns(
  context: Context,
  { target, thread }: Compared,
  other: Compared,
  side: 'a' | 'b',
  shared: number,
  base: DiffBase | undefined,
): Promise<Turn[]> {
  const merged = base?.merged !== undefined && base.merged !== side ? base.commit : undefined;
  const hidden = new Set(merged === undefined ? [] : (await (await context.reader()).thread(merged)).map(({ id }) => id));
  for (const { id } of other.thread) hidden.delete(id);
  const own = thread.slice(shared).filter(({ id }) => !hidden.has(id));
  return endAtStep(target, await turnsOf(context, target, own));
}

function sideOf({ target, thread }: Compared): DiffSide {
  const { turn, step } = target;
  return {
    name: `${wholeName(target)}${turn ? `@${turn.n}${step === undefined ? '' : `.${step}`}` : ''}`,
    conversation: headOfTarget(target),
    turns: thread.length,
  };
}

function countsOf(changes: readonly TurnChange[]): DiffResult['counts'] {
  const counts = { same: 0, alike: 0, changed: 0, removed: 0, added: 0 };
  for (const { change } of changes) counts[change] += 1;
  return counts;
}
