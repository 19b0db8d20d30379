import { fail } from '../errors.ts';
import type { Card } from '../model/card.ts';
import type { ConversationId } from '../model/ids.ts';
import { readCard } from '../store/catalogue.ts';
import type { Store } from '../store/store.ts';
import { Transaction } from '../store/transaction.ts';
import type { Context } from './context.ts';

/** Makes one change of the store, as one operation of the command; nothing of it where `make` throws. */
export async function change<Result>(
  context: Context,
  store: Store,
  command: string,
  make: (transaction: Transaction) => Promise<{ sentence: string; result: Result }>,
): Promise<Result> {
  const transaction = await Transaction.begin(store, { dryRun: false });
  try {
    for (const message of await transaction.hold()) context.warn(message);
    const { sentence, result } = await make(transaction);
    await transaction.commit({ command, sentence });
    for (const message of transaction.warnings) context.warn(message);
    return result;
  } catch (error) {
    await transaction.abort();
    throw error;
  }
}

/** Returns the card of a conversation. Throws `unknown-revision`. */
export async function cardOf({ engine }: Store, id: ConversationId): Promise<Card> {
  const card = await readCard(engine, id);
  if (!card) throw fail('unknown-revision', { revision: id });
  return card;
}
