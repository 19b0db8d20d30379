import { fail } from '../errors.ts';
import { count } from '../model/count.ts';
import type { Store } from '../store/store.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { isStored } from './in-progress.ts';
import { madeTurn, type Picked, pickTurns } from './made.ts';
import type { MadeResult, PickInput } from './made-result.ts';
import { findRange, turnsBetween } from './range.ts';
import { append, findTail, placeOf, tailOf } from './tail.ts';
import { findTarget } from './target.ts';

/** Puts turns of any conversation behind a branch, each as a turn of its own that names the one it comes from. */
export async function pick(context: Context, store: Store, { revisions, into }: PickInput): Promise<MadeResult> {
  const tail = await findTail(context, 'cherry-pick', into);
  const picked: Picked[] = [];
  for (const revision of revisions) picked.push(...(await pickedBy(context, revision)));
  const there = new Set(tail.target.thread.map(({ id }) => id));
  const known = picked.find(({ turn }) => there.has(turn.id));
  if (known) throw fail('turn-stands', { turn: known.turn.n, branch: placeOf(tail).branch, conversation: tail.target.entry.id });
  const turns = await pickTurns(context, store, picked, tail.target.entry.tool, tail.last);
  if (turns.length === 0) throw fail('nothing-to-pick', { revisions: revisions.join(' ') });
  const place = placeOf(tail);
  const commit = await change(context, store, 'cherry-pick', async (transaction) => ({
    sentence: `Picked ${count(turns.length, 'turn')} onto ${place.branch} of ${place.id}`,
    result: await append(store, transaction, tail, turns),
  }));
  return { ...place, commit, turns: turns.map(({ turn }) => madeTurn(turn)) };
}

/** The turns of a range, or the one that a revision names: of a branch the last one. */
async function pickedBy(context: Context, revision: string): Promise<Picked[]> {
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
  if (!isStored(turn))
    throw fail('turn-open', { turn: turn.n, conversation: target.entry.id, hint: 'convo import --close saves it as it is' });
  return [{ target, turn }];
}
