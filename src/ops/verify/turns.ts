import { ConvoError } from '../../errors.ts';
import { count } from '../../model/count.ts';
import { headOf } from '../../model/page/head.ts';
import { replacedBy } from '../../model/replaced.ts';
import { branchesOf, threadOf } from '../../store/branches.ts';
import { readCards } from '../../store/catalogue.ts';
import type { StoredTurn } from '../../store/entry.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import type { VerifiedCheck, VerifyProblem } from '../verify-result.ts';

/** Every turn of every branch is there, says what its file name says, and hangs on the turn before it. */
export async function checkTurns(_context: Context, store: Store): Promise<VerifiedCheck> {
  const problems: VerifyProblem[] = [];
  const seen = new Set<string>();
  let conversations = 0;
  for await (const card of readCards(store.engine)) {
    conversations += 1;
    for (const [branch, tip] of await branchesOf(store.engine, card.tool, card.id)) {
      const thread = await threadOf(store.engine, tip);
      for (const { id } of thread) seen.add(`${card.id} ${id}`);
      const messages = await faults(store, thread);
      problems.push(...messages.map((message) => ({ message: `${branch}: ${message}`, id: card.id, tool: card.tool })));
    }
  }
  return { name: 'turns', looked: `${count(seen.size, 'turn')} in ${count(conversations, 'conversation')}`, problems };
}

async function faults(store: Store, thread: readonly StoredTurn[]): Promise<string[]> {
  const messages: string[] = [];
  const ids = new Set<string>();
  let index = 0;
  for await (const page of store.engine.readMany(thread.map(({ blob }) => blob))) {
    const turn = thread[index++];
    if (!turn) continue;
    if (turn.n !== index) messages.push(`turn ${index} is missing; the next one is ${turn.n}`);
    if (!page) messages.push(`the page of turn ${turn.n} is missing`);
    else messages.push(...pageFaults(Buffer.from(page.content).toString('utf8'), turn, ids));
    ids.add(turn.id);
  }
  return messages;
}

function pageFaults(page: string, turn: StoredTurn, before: Set<string>): string[] {
  try {
    const head = headOf(page);
    if (head.id !== turn.id || head.n !== turn.n || head.role !== turn.role)
      return [`${turn.path} holds turn ${head.n}, ${head.role} ${head.id}`];
    const replaced = replacedBy(head);
    if (replaced !== undefined) before.add(replaced);
    if (head.parent && !before.has(head.parent)) return [`turn ${turn.n} hangs on ${head.parent}, which is not there`];
    return [];
  } catch (error) {
    if (error instanceof ConvoError) return [`turn ${turn.n}: ${error.message}`];
    throw error;
  }
}
