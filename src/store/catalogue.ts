import type { Card } from '../model/card.ts';
import { cardPath, parseCard } from '../model/card-page.ts';
import type { ConversationId } from '../model/ids.ts';
import type { GitEngine, ObjectName } from './git.ts';
import { mainRef } from './layout.ts';
import { treesOf } from './trees.ts';

/** Returns the card of a conversation from the local catalogue, or undefined. */
export async function readCard(engine: GitEngine, id: ConversationId): Promise<Card | undefined> {
  const page = await engine.read(`${mainRef}:${cardPath(id)}`);
  return page && parseCard(text(page.content));
}

/** Returns every card of the catalogue, in the order of their ids. */
export async function* readCards(engine: GitEngine): AsyncIterable<Card> {
  let level: ObjectName[] = [`${mainRef}:conversations`];
  for (let depth = 0; depth < 3; depth += 1) level = (await treesOf(engine, level)).flat().map(({ oid }) => oid);
  for await (const page of engine.readMany(level)) if (page) yield parseCard(text(page.content));
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
