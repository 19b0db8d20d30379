import { fail } from '../errors.ts';
import { branchLabelFault } from '../model/branch-name.ts';
import { type Card, withBranch, withDeleted } from '../model/card.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import type { ConversationId, ToolId } from '../model/ids.ts';
import { redact } from '../model/redaction.ts';
import { tombstoneTurns } from '../model/sync/tombstone.ts';
import { isReachable } from '../store/ancestry.ts';
import { branchesOf, threadsOf } from '../store/branches.ts';
import { type BranchEntry, type Entry, homeOf, type StoredTurn } from '../store/entry.ts';
import type { GitEngine, Oid } from '../store/git.ts';
import { branchRef } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import { syncTurns } from '../store/sync/lines.ts';
import { assertNoConversation } from './branch/name.ts';
import type { BranchPlace, DeleteInput, DeleteResult, LabelInput, LabelResult } from './branch-result.ts';
import { cardOf, change } from './change.ts';
import type { Context } from './context.ts';
import { standing } from './current.ts';
import { find } from './target.ts';

/** Gives a branch another label; its name stays what it is (DESIGN 2.1). */
export async function labelBranch(context: Context, store: Store, { revision, label }: LabelInput): Promise<LabelResult> {
  const text = label.trim();
  const [found] = await findBranches(context, [revision]);
  const expected = branchLabelFault(text);
  if (expected !== undefined) throw fail('bad-value', { verb: 'branch', what: 'the label', value: label, expected });
  await assertNoConversation(context, text);
  if (!found) throw fail('no-conversations');
  return change(context, store, 'branch', async (transaction) => {
    const card = await cardOf(store, found.id);
    const { entry, branch: shown } = found;
    const isOther = entry.branches.some(({ name, label: known }) => name !== shown.name && (name === text || known === text));
    const taken = Object.entries(card.branches).some(([name, branch]) => name !== found.name && (name === text || branch.label === text));
    if (taken || isOther) throw fail('branch-exists', { name: text, conversation: entry.id });
    const before = shown.label ?? shown.name;
    const next = withBranch(card, found.name, 'label', text);
    if (next !== card) transaction.page(cardPath(found.id), printCard(redact(next)));
    return { sentence: `Labelled branch ${found.name} of ${found.id} "${text}"`, result: { ...placeOf(found), branch: text, before } };
  });
}

/** Deletes branches. Throws `unmerged-branch` where turns are on no other branch, unless forced, and `last-branch`. */
export async function deleteBranches(context: Context, store: Store, { revisions, force }: DeleteInput): Promise<DeleteResult> {
  const found = await findBranches(context, revisions);
  const { current } = (await standing(context)).saved;
  const result = await change(context, store, 'branch', async (transaction) => {
    const cards = new Map<ConversationId, Card>();
    const deleted: DeleteResult['deleted'] = [];
    for (const one of found) {
      const card = cards.get(one.id) ?? (await cardOf(store, one.id));
      const others = await branchesOf(store.engine, one.tool, one.id);
      for (const { ref } of card.deleted ?? []) others.delete(ref);
      const tip = others.get(one.name);
      others.delete(one.name);
      if (!tip) throw fail('unknown-branch', { conversation: one.id, branch: one.name });
      if (others.size === 0) throw fail('last-branch', { branch: nameOf(one), conversation: one.id });
      const own = await ownTurns(store.engine, tip, [...others.values()]);
      const isKept = await isReachable(store.engine, tip, [...others.values()]);
      if (!isKept && !force) throw fail('unmerged-branch', { branch: nameOf(one), conversation: one.entry.id, turns: own.length });
      transaction.move(branchRef(one.tool, one.id, one.name), tip, null);
      cards.set(one.id, withDeleted(card, { ref: one.name, at: tip, turns: await toldTurns(store.engine, own) }));
      deleted.push({ ...placeOf(one), turnsLost: isKept ? 0 : own.length });
    }
    for (const [id, card] of cards) transaction.page(cardPath(id), printCard(redact(card)));
    const names = found.map(({ id, name }) => `${name} of ${id}`).join(', ');
    return { sentence: `Deleted ${found.length === 1 ? 'branch' : 'branches'} ${names}`, result: { deleted } };
  });
  const left = found.find(({ entry, branch }) => current === `${entry.id}/${branch.name}`);
  if (left) context.warn(`${nameOf(left)} was the current branch; now it is the active one of ${left.entry.id}`);
  return result;
}

/** A branch where it stands in the store. */
interface FoundBranch {
  entry: Entry;
  branch: BranchEntry;
  id: ConversationId;
  tool: ToolId;
  name: string;
}

/** What people see and type. */
const nameOf = ({ branch }: FoundBranch): string => branch.label ?? branch.name;

const placeOf = (found: FoundBranch): BranchPlace => {
  const { id, tool, title } = found.entry;
  return { id, tool, title, branch: nameOf(found) };
};

/** A word without a slash is a branch of the current conversation: one does not delete what one did not name. */
async function findBranches(context: Context, revisions: readonly (string | undefined)[]): Promise<FoundBranch[]> {
  const reader = await context.reader();
  const found = new Map<string, FoundBranch>();
  for (const text of revisions) {
    const named = text === undefined || text.includes('/') ? (text ?? '') : `/${text}`;
    const { entry, branchEntry, revision } = (await find(context, reader, named)).found;
    if (revision.turn !== undefined)
      throw fail('bad-value', { verb: 'branch', what: 'the branch', value: text ?? '', expected: 'a branch: it names a turn' });
    const { conversation: id, branch: name } = homeOf(entry, branchEntry);
    found.set(`${id}/${name}`, { entry, branch: branchEntry, id, tool: entry.tool, name });
  }
  return [...found.values()];
}

/** The turns of a branch that stand on no other one. */
async function ownTurns(engine: GitEngine, tip: Oid, others: readonly Oid[]): Promise<StoredTurn[]> {
  const [thread = [], ...rest] = await threadsOf(engine, [tip, ...others]);
  const elsewhere = new Set(rest.flatMap((turns) => turns.map(({ id }) => id)));
  return thread.filter(({ id }) => !elsewhere.has(id));
}

/** What the tombstone says of the turns that go (format.md 7). */
async function toldTurns(engine: GitEngine, turns: readonly StoredTurn[]): Promise<string[]> {
  return tombstoneTurns(await syncTurns(engine, turns));
}
