import { fail } from '../errors.ts';
import { count } from '../model/count.ts';
import { type Merged, mergeBlock } from '../model/merge/block.ts';
import { type Conflict, conflictsOf } from '../model/merge/conflicts.ts';
import { mergeTurn } from '../model/merge/merge-turn.ts';
import { replacedBy } from '../model/replaced.ts';
import type { Turn } from '../model/turn.ts';
import { commitTime } from '../store/commit.ts';
import type { Named } from '../store/git.ts';
import { nowhere } from '../store/nowhere.ts';
import type { Store } from '../store/store.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { type Edit, withEditor } from './edit-text.ts';
import { isOpen } from './in-progress.ts';
import { madeTurn, pickTurns } from './made.ts';
import { chosenTurns } from './merge/chosen.ts';
import { forgetMerge, type MergeInProgress, readMerge, writeMerge } from './merge/in-progress.ts';
import { commitOf, type From, findFrom, fromOf, nameOfTail, type Pair, pairOf, sidesOf } from './merge/sides.ts';
import { writtenBlock } from './merge/written-block.ts';
import type { ContinueInput, Joined, MergeInput, MergeNames, MergeResult } from './merge-result.ts';
import { append, type NewTurn, placeOf, timeOf } from './tail.ts';
import { turnsOf } from './turns.ts';

/** Joins two lines: a commit with two parents on the tail of one of them. It stops at conflicts that nothing resolves, and has changed nothing then. */
export async function merge(context: Context, store: Store, input: MergeInput): Promise<MergeResult> {
  const standing = await readMerge(context);
  if (standing && !input.dryRun) throw fail('merge-in-progress', { from: standing.from.name, into: standing.into.name });
  return join(context, store, input, await sidesOf(context, input));
}

/** Goes on with a merge that stopped. Throws `no-merge`, `merge-outdated`, `conflicts-open`. */
export async function continueMerge(context: Context, store: Store, input: ContinueInput): Promise<MergeResult> {
  const standing = await mustStand(context);
  const { into, turns, conflicts, summarize } = standing;
  const { name } = standing.from;
  if (input.resolution === undefined) throw fail('conflicts-open', { conflicts, from: name, into: into.name });
  const from = await findFrom(context, name);
  const pair = await pairOf(context, from, into.name);
  if (pair.from.tip !== standing.from.tip || pair.into.tip !== into.tip) throw fail('merge-outdated', { from: name, into: into.name });
  const kept = { ...(turns === undefined ? {} : { turns }), ...(summarize === undefined ? {} : { summarize }) };
  return join(context, store, { ...kept, ...input, from: name, into: into.name }, pair);
}

/** Gives up a merge that stopped. Throws `no-merge`. */
export async function abortMerge(context: Context): Promise<{ did: 'aborted' } & MergeNames> {
  const { from, into } = await mustStand(context);
  await forgetMerge(context);
  return { did: 'aborted', from: { name: from.name }, into: { name: into.name } };
}

async function mustStand(context: Context): Promise<MergeInProgress> {
  const standing = await readMerge(context);
  if (!standing) throw fail('no-merge');
  return standing;
}

const join = (context: Context, store: Store, input: MergeInput, pair: Pair): Promise<MergeResult> =>
  withEditor(context, (edit) => joinWith(context, store, input, pair, edit));

async function joinWith(context: Context, store: Store, input: MergeInput, pair: Pair, edit: Edit): Promise<MergeResult> {
  const ours = await timeOf(store, pair.into.tip);
  const end = await endOf(store, pair.from);
  const sides = { from: fromOf(pair.from), into: placeOf(pair.into) };
  const named = input.turns !== undefined && input.turns !== 'all';
  if ((end.commit && pair.has(end.commit)) || (pair.theirs.length === 0 && !named)) return { did: 'nothing', ...sides };
  const planned = await plan(context, store, input, pair, Math.max(ours, end.time), edit);
  const { joined } = planned;
  if (input.dryRun) return { did: 'previewed', ...sides, ...joined };
  if (joined.conflicts.length > 0 && input.resolution === undefined) {
    await writeMerge(context, progressOf(pair, input, joined.conflicts.length));
    return { did: 'stopped', ...sides, ...joined };
  }
  const commit = await change(context, store, 'merge', async (transaction) => {
    const merged = await commitOf(store, transaction.writer, pair.from, end.time);
    const [first, ...rest] = planned.turns;
    if (!first) throw new Error('a merge has a turn');
    const tip = await append(store, transaction, pair.into, [{ ...first, merged }, ...rest]);
    return { sentence: `Merged ${count(pair.theirs.length, 'turn')} of ${sides.from.name} into ${nameOfTail(pair.into)}`, result: tip };
  });
  await forgetMerge(context);
  return { did: 'merged', ...sides, ...joined, commit };
}

/** The commit with which ends what is merged, and its seconds since 1970; of a turn in progress only those. */
async function endOf(store: Store, from: From): Promise<{ commit?: Named; time: number }> {
  const { last } = from;
  if (isOpen(last)) return { time: commitTime(last.time, 0) };
  return commitOf(store, nowhere(), from, await timeOf(store, from.tip));
}

type Plan = Omit<Joined, 'from' | 'into'>;

/** What the merge will write: its turn, and those that it brings as they are. */
async function plan(
  context: Context,
  store: Store,
  input: MergeInput,
  pair: Pair,
  seconds: number,
  edit: Edit,
): Promise<{ joined: Plan; turns: NewTurn[] }> {
  const { from, into, since } = pair;
  const bring = input.turns === undefined ? undefined : chosenTurns(pair, input.turns);
  const brought = bring && (await turnsOf(context, from.target, bring)).filter(({ kind }) => kind !== 'reverted');
  if (brought?.length === 0) throw fail('nothing-to-pick', { revisions: fromOf(from).name });
  const theirs = await turnsOf(context, from.target, pair.theirs);
  const conflicts = await conflictsBetween(context, pair, theirs);
  const { resolution } = input;
  const { title } = from.target.entry;
  const merged: Merged = {
    from: fromOf(from).name,
    ...(from.target.entry.id === into.target.entry.id || title === '' ? {} : { title }),
    ...(since === undefined ? {} : { since }),
    turns: theirs,
    ...(brought ? { brought } : {}),
    conflicts,
    ...(resolution === undefined ? {} : { resolution }),
  };
  const stops = conflicts.length > 0 && resolution === undefined;
  const text = input.dryRun || stops ? mergeBlock(merged) : await writtenBlock(context, merged, input, edit);
  const time = seconds > 0 ? { time: new Date(seconds * 1000).toISOString() } : {};
  const turn = mergeTurn({ ours: into.last, theirs: from.last, text, ...time, limits: (await store.profile())?.limits });
  const picked = await pickTurns(
    context,
    store,
    (bring ?? []).map((one) => ({ target: from.target, turn: one })),
    into.target.entry.tool,
    turn,
  );
  return {
    joined: {
      ...(since === undefined ? {} : { since }),
      turn: { id: turn.id, n: turn.n },
      text,
      brought: picked.map(({ turn: one }) => madeTurn(one)),
      conflicts,
      ...(resolution === undefined || conflicts.length === 0 ? {} : { resolution }),
    },
    turns: [{ turn }, ...picked],
  };
}

/** What both had is read only where something is to be said of it: also what ours has corrected since. */
async function conflictsBetween(context: Context, { from, into, ours, shared }: Pair, theirs: Turn[]): Promise<Conflict[]> {
  const own = await turnsOf(context, into.target, ours);
  if (conflictsOf({ base: [], ours: own, theirs }).length === 0) return [];
  const corrected = new Set(own.map(replacedBy));
  const before = from.thread.filter(({ id }) => corrected.has(id));
  const base = [...(await turnsOf(context, from.target, before)), ...(await turnsOf(context, into.target, shared))];
  return conflictsOf({ base: base.sort((a, b) => a.n - b.n), ours: own, theirs });
}

function progressOf(pair: Pair, { turns, summarize }: MergeInput, conflicts: number): MergeInProgress {
  const { entry, branch } = pair.from.target;
  const from = `${entry.id}/${branch.name}${pair.from.inside ? `@${pair.from.last.id}` : ''}`;
  const into = `${pair.into.target.entry.id}/${pair.into.target.branch.name}`;
  return {
    from: { name: from, tip: pair.from.tip },
    into: { name: into, tip: pair.into.tip },
    ...(turns === undefined ? {} : { turns }),
    ...(summarize === undefined ? {} : { summarize }),
    conflicts,
  };
}
