import { fail } from '../errors.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import type { ConversationId } from '../model/ids.ts';
import { redact } from '../model/redaction.ts';
import { subjectOf } from '../model/subject.ts';
import type { Turn } from '../model/turn.ts';
import { chainCommit } from '../store/branches.ts';
import { commitText, commitTime } from '../store/commit.ts';
import { homeOf, type StoredTurn } from '../store/entry.ts';
import type { Named, NewCommit, Oid } from '../store/git.ts';
import { branchRef } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { cardOf } from './change.ts';
import type { Context } from './context.ts';
import { writeTurn } from './import/turn-files.ts';
import { stillOpen } from './in-progress.ts';
import type { MadePlace } from './made-result.ts';
import { findTarget, type Target } from './target.ts';

/** A branch that commits are put behind. */
export interface Tail {
  target: Target;
  tip: Oid;
  /** Its last turn. */
  last: StoredTurn;
}

/** Returns the branch that a revision names; '' = the current one. Throws where it names a turn, or has none. */
export async function findTail(context: Context, verb: string, revision: string): Promise<Tail> {
  const target = await findTarget(context, revision);
  if (target.turn || target.agent)
    throw fail('bad-value', { verb, what: 'the branch', value: revision, expected: 'a branch: it names a turn' });
  return tailOf(target);
}

/** Returns the branch of a target as one to put commits behind. Throws `turn-open` where no turn of it is finished. */
export function tailOf(target: Target): Tail {
  const last = target.thread.at(-1);
  if (!last) throw stillOpen(target, 1);
  return { target, tip: target.branch.tip, last };
}

/** A turn that is put behind a branch. */
export interface NewTurn {
  turn: Turn;
  /** What it changes besides its own page: pages that it takes the place of, threads of sub-agents. */
  changes?: NewCommit['changes'];
  /** A second parent. */
  merged?: { commit: Named; time: number };
}

/** Returns where a tail stands, as people name it. */
export function placeOf({ target: { entry, branch } }: Pick<Tail, 'target'>): MadePlace {
  return { id: entry.id, tool: entry.tool, title: entry.title, branch: branch.label ?? branch.name };
}

/** Returns the seconds of a commit. */
export async function timeOf({ engine }: Store, commit: Oid): Promise<number> {
  return (await chainCommit(engine, commit))?.time ?? 0;
}

/** Writes turns behind a branch, a commit each, and moves its ref; a commit has the latest time of its turn and its parents (DESIGN 2.3). */
export async function append(store: Store, transaction: Transaction, { target, tip }: Tail, turns: readonly NewTurn[]): Promise<Oid> {
  const { writer } = transaction;
  const { entry, branch } = target;
  const limits = (await store.profile())?.limits;
  let parent: Named = tip;
  let time = await timeOf(store, tip);
  for (const { turn, changes = [], merged } of turns) {
    const { id, n, role, model, ended, time: said } = turn;
    time = Math.max(time, merged?.time ?? 0, commitTime(ended ?? said, 0));
    const own = await writeTurn(writer, redact(turn), limits);
    const text = commitText({ turn: id, n, role, model, subject: subjectOf(turn), parentTime: time });
    parent = await writer.commit({ parents: [parent, ...(merged ? [merged.commit] : [])], changes: [...changes, ...own], text });
  }
  const commit = typeof parent === 'string' ? parent : await writer.id(parent);
  const { conversation, branch: name } = homeOf(entry, branch);
  transaction.move(branchRef(entry.tool, conversation, name), tip, commit);
  await moveOnCard(store, transaction, conversation, name, commit);
  return commit;
}

async function moveOnCard(store: Store, transaction: Transaction, id: ConversationId, name: string, at: Oid): Promise<void> {
  const card = await cardOf(store, id);
  const next = { ...card, branches: { ...card.branches, [name]: { ...card.branches[name], at } } };
  transaction.page(cardPath(id), printCard(redact(next)));
}
