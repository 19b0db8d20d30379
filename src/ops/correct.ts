import { fail } from '../errors.ts';
import { amendedSteps, editableBody } from '../model/amend.ts';
import { editedTurn, revertedTurn } from '../model/made.ts';
import type { Turn } from '../model/turn.ts';
import type { StoredTurn } from '../store/entry.ts';
import type { Store } from '../store/store.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { type Edit, withEditor } from './edit-text.ts';
import { isStored, stillOpen } from './in-progress.ts';
import { madeTurn } from './made.ts';
import type { AmendInput, MadeResult, RevertInput } from './made-result.ts';
import { append, placeOf, type Tail, tailOf } from './tail.ts';
import { findTarget } from './target.ts';
import { turnsOf } from './turns.ts';

/** Takes a turn out of a branch: an empty page stands in its place; the turn stays in what is behind (format.md 3). */
export async function revert(context: Context, store: Store, { revision }: RevertInput): Promise<MadeResult> {
  const found = await findTurnToCorrect(context, 'revert', revision);
  if (found.turn.kind === 'reverted') return { ...placeOf(found.tail), commit: found.tail.tip, turns: [] };
  return replace(context, store, 'revert', found, revertedTurn(found.turn));
}

/** Puts a corrected turn in the place of one; the old one stays in what is behind. */
export const amend = (context: Context, store: Store, input: AmendInput): Promise<MadeResult> =>
  withEditor(context, (edit) => amendWith(context, store, input, edit));

async function amendWith(context: Context, store: Store, { revision, text }: AmendInput, edit: Edit): Promise<MadeResult> {
  const found = await findTurnToCorrect(context, 'amend', revision);
  const body = editableBody(found.turn);
  const given = text ?? (await edit(body));
  if (given.trim() === '') throw fail('empty-text', { verb: 'amend' });
  const edited = editedTurn(found.turn, amendedSteps(found.turn, given), (await store.profile())?.limits);
  if (editableBody(edited) === body) return { ...placeOf(found.tail), commit: found.tail.tip, turns: [] };
  return replace(context, store, 'amend', found, edited);
}

interface Found {
  tail: Tail;
  stored: StoredTurn;
  turn: Turn;
}

async function findTurnToCorrect(context: Context, verb: string, revision: string): Promise<Found> {
  const target = await findTarget(context, revision);
  const { turn: stored, entry } = target;
  if (!stored || target.agent || target.step !== undefined)
    throw fail('bad-value', { verb, what: 'the revision', value: revision, expected: 'a whole turn of a conversation, such as @4' });
  if (!isStored(stored)) throw stillOpen(target, stored.n);
  const [turn] = await turnsOf(context, target, [stored]);
  if (!turn) throw fail('unknown-turn', { turn: revision, conversation: entry.id });
  return { tail: tailOf(target), stored, turn };
}

async function replace(
  context: Context,
  store: Store,
  command: 'revert' | 'amend',
  { tail, stored }: Found,
  turn: Turn,
): Promise<MadeResult> {
  const place = placeOf(tail);
  const did = command === 'revert' ? 'Took out' : 'Corrected';
  const commit = await change(context, store, command, async (transaction) => ({
    sentence: `${did} turn ${stored.n} of ${place.branch} of ${place.id}`,
    result: await append(store, transaction, tail, [{ turn, changes: [[stored.path, null]] }]),
  }));
  return { ...place, commit, turns: [madeTurn(turn)] };
}
