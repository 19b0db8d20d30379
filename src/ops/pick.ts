import { fail } from '../errors.ts';
import { count } from '../model/count.ts';
import type { Store } from '../store/store.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { isOpen, isStored, stillOpen, type ThreadTurn } from './in-progress.ts';
import { madeTurn, type Picked, pickTurns } from './made.ts';
import type { MadeResult, PickInput } from './made-result.ts';
import { findRange, turnsBetween } from './range.ts';
import { savedOpen } from './saved-open.ts';
import { append, findTail, placeOf, tailOf } from './tail.ts';
import { findTarget, type Target } from './target.ts';

/** Puts turns of any conversation behind a branch, each as a turn of its own that names the one it comes from. */
export async function pick(context: Context, store: Store, { revisions, into }: PickInput): Promise<MadeResult> {
  const named: Named[] = [];
  const before = await findTail(context, 'cherry-pick', into);
  for (const revision of revisions) named.push(...(await namedBy(context, revision)));
  const there = new Set([...before.target.thread, ...before.target.open].map(({ id }) => id));
  const known = named.find(({ turn }) => there.has(turn.id));
  if (known) throw fail('turn-stands', { turn: known.turn.n, branch: placeOf(before).branch, conversation: before.target.entry.id });
  const picked: Picked[] = [];
  for (const one of named) picked.push(await saved(context, one));
  const tail = named.some(({ turn }) => isOpen(turn)) ? await findTail(context, 'cherry-pick', into) : before;
  const turns = await pickTurns(context, store, picked, tail.target.entry.tool, tail.last);
  if (turns.length === 0) throw fail('nothing-to-pick', { revisions: revisions.join(' ') });
  const place = placeOf(tail);
  const commit = await change(context, store, 'cherry-pick', async (transaction) => ({
    sentence: `Picked ${count(turns.length, 'turn')} onto ${place.branch} of ${place.id}`,
    result: await append(store, transaction, tail, turns),
  }));
  return { ...place, commit, turns: turns.map(({ turn }) => madeTurn(turn)) };
}

/** A turn that is to be picked, perhaps one in progress. */
interface Named {
  target: Target;
  turn: ThreadTurn;
}

/** The turns of a range, or the one that a revision names: of a branch the last one. */
async function namedBy(context: Context, revision: string): Promise<Named[]> {
  const range = await findRange(context, revision);
  if (range) {
    const found = await turnsBetween(context, range.a, range.b);
    const { target } = range.b;
    return found.map(({ stored, tip }) => ({ target: { ...target, branch: { ...target.branch, tip } }, turn: stored }));
  }
  const target = await findTarget(context, revision);
  const turn = target.turn ?? tailOf(target).last;
  if (target.agent || target.step !== undefined)
    throw fail('bad-value', { verb: 'cherry-pick', what: 'the revision', value: revision, expected: 'a whole turn of a conversation' });
  return [{ target, turn }];
}

async function saved(context: Context, { target, turn }: Named): Promise<Picked> {
  if (isStored(turn)) return { target, turn };
  const now = await savedOpen(context, target);
  if (!now.turn || !isStored(now.turn)) throw stillOpen(target, turn.n);
  return { target: now, turn: now.turn };
}
