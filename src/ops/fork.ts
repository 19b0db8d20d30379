import { fail } from '../errors.ts';
import { type Card, restoredBranch, withBranch } from '../model/card.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import { cutTurn } from '../model/cut.ts';
import { redact } from '../model/redaction.ts';
import { subjectOf } from '../model/subject.ts';
import type { Turn } from '../model/turn.ts';
import { commitText } from '../store/commit.ts';
import { homeOf, type StoredTurn } from '../store/entry.ts';
import { type ForkPoint, forkPoint } from '../store/fork-point.ts';
import type { NewCommit, ObjectWriter, Oid } from '../store/git.ts';
import { branchRef, conversationFile } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import { copyAgents } from './branch/agents.ts';
import { assertBranchName } from './branch/name.ts';
import type { ForkInput, ForkResult } from './branch-result.ts';
import { cardOf, change } from './change.ts';
import type { Context } from './context.ts';
import { writeTurn } from './import/turn-files.ts';
import { isStored, openAt, stillOpen } from './in-progress.ts';
import { savedOpen } from './saved-open.ts';
import { findTarget, type Target } from './target.ts';
import { readTurns, requireStep } from './turns.ts';

/** Makes a branch at any turn or step of a conversation: a ref on a commit that is there, or one commit with the turn cut (turns.md 5). */
export async function fork(context: Context, store: Store, input: ForkInput): Promise<ForkResult> {
  const { name } = input;
  await assertBranchName(context, input);
  const target = await forkTarget(context, store, input);
  const place = await forkPlace(context, target, 'branch');
  return change(context, store, 'branch', async (transaction) => {
    const { entry, branch } = target;
    const id = homeOf(entry, branch).conversation;
    const card = await cardOf(store, id);
    assertFree(card, name);
    const point = await forkCommit(context, store, transaction.writer, target, place);
    const commit = typeof point.commit === 'string' ? point.commit : await transaction.writer.id(point.commit);
    transaction.move(branchRef(entry.tool, id, name), null, commit);
    transaction.page(cardPath(id), printCard(redact(withNew(card, name, commit))));
    const at = place.step === undefined ? `turn ${place.turn.n}` : `step ${place.step} of turn ${place.turn.n}`;
    const shown = id === entry.id ? name : `${id}-${name}`;
    const result: ForkResult = {
      ...{ id: entry.id, tool: entry.tool, title: entry.title, branch: shown, from: branch.label ?? branch.name },
      turn: { id: place.turn.id, n: place.turn.n },
      ...(place.step === undefined ? {} : { step: place.step }),
    };
    return { sentence: `Made branch ${name} of ${id} at ${at}`, result };
  });
}

/** What the revision stands for; a turn in progress that it names is saved first. */
async function forkTarget(context: Context, store: Store, { name, revision }: ForkInput): Promise<Target> {
  const target = await findTarget(context, revision);
  if (!target.turn || !openAt(target)) return target;
  assertFree(await cardOf(store, homeOf(target.entry, target.branch).conversation), name);
  return savedOpen(context, target);
}

/** Where a branch begins. */
export interface ForkPlace {
  turn: Pick<StoredTurn, 'id' | 'n'>;
  index: number;
  /** Set where the branch ends inside the turn: what it holds then. */
  step?: number;
  cut?: Turn;
}

/** Returns where a revision stands on its branch; `verb` is the command that asks. Throws `turn-open`, `no-turns`, `unknown-step`, `bad-value`. */
export async function forkPlace(context: Context, target: Target, verb: string): Promise<ForkPlace> {
  const { branch, thread, turn, step, agent } = target;
  if (agent)
    throw fail('bad-value', {
      verb,
      what: 'the revision',
      value: agent.id,
      expected: 'a turn of a conversation: it is a sub-agent',
    });
  const named = turn ?? thread.at(-1) ?? openAt(target);
  if (!named) throw fail('no-turns', { conversation: target.entry.id });
  if (!isStored(named)) throw stillOpen(target, named.n);
  const index = thread.findIndex(({ id }) => id === named.id);
  if (step === undefined) return { turn: named, index };
  for await (const whole of readTurns(context, branch.tip, [named])) {
    requireStep(target, whole, step);
    if (step < whole.steps.length) return { turn: named, index, step, cut: cutTurn(whole, step) };
  }
  return { turn: named, index };
}

/** That no branch of this name came up meanwhile is checked by the move of its ref. */
function assertFree(card: Card, name: string): void {
  const taken = Object.entries(card.branches).some(([other, { label }]) => other === name || label === name);
  if (taken) throw fail('branch-exists', { name, conversation: card.id });
}

/** A deleted name is given to no other line (DESIGN 2.1); to the same one it is given back. */
function withNew(card: Card, name: string, commit: Oid): Card {
  const tombstone = card.deleted?.find(({ ref }) => ref === name);
  if (tombstone && tombstone.at !== commit) throw fail('branch-was-deleted', { name, conversation: card.id });
  return tombstone ? restoredBranch(card, name, { at: commit }) : withBranch(card, name, 'at', commit);
}

/** Returns the commit with which a branch begins that ends where a place says: one that is there, or one that is written now. */
export async function forkCommit(
  context: Context,
  store: Store,
  writer: ObjectWriter,
  target: Target,
  place: ForkPlace,
): Promise<ForkPoint> {
  const { engine } = store;
  const { branch, thread, entry } = target;
  const { index, cut } = place;
  if (!cut) return forkPoint(engine, writer, branch.tip, thread, index);
  const parent = index > 0 ? await forkPoint(engine, writer, branch.tip, thread, index - 1) : undefined;
  const changes: NewCommit['changes'] = await writeTurn(writer, redact(cut), (await store.profile())?.limits);
  changes.push(...(await copyAgents(context, engine, branch.tip, cut)));
  if (!parent) {
    const page = await engine.read(`${branch.tip}:${conversationFile}`);
    if (!page) throw fail('bad-page', { reason: `${entry.id} has no ${conversationFile}` });
    changes.push([conversationFile, page.oid]);
  }
  const { id, n, role, model } = cut;
  const text = commitText({ turn: id, n, role, model, subject: subjectOf(cut), parentTime: parent?.time });
  return { commit: await writer.commit({ parents: parent ? [parent.commit] : [], changes, text }), time: text.time };
}
