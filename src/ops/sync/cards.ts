import type { Card } from '../../model/card.ts';
import { tagsOf } from '../../model/card.ts';
import { cardPath, parseCard } from '../../model/card-page.ts';
import { type ConversationId, readConversationId } from '../../model/ids.ts';
import { type Leaving, leaves } from '../../model/leaving.ts';
import type { GitEngine, Oid } from '../../store/git.ts';
import { changedFiles } from '../../store/trees.ts';

/** The catalogues that meet: here, on the remote, and the newest that both come from. */
export interface Catalogues {
  local: Oid | null;
  remote: Oid | null;
  base: Oid | null;
}

/** The cards of one conversation in the catalogues that meet. */
export interface CardsThere {
  local: Card | undefined;
  remote: Card | undefined;
  base: Card | undefined;
}

const cardFile = /^conversations\/.\/.\/([0-9a-z]+)\.md$/;

/** Returns the conversation of a path of the catalogue, undefined for what is no card. */
export function conversationAt(path: string): ConversationId | undefined {
  const id = readConversationId(cardFile.exec(path)?.[1] ?? '');
  return id && cardPath(id) === path ? id : undefined;
}

/** Returns the conversations whose cards differ in two catalogues. */
export async function differingCards(engine: GitEngine, { local, remote }: Catalogues): Promise<Set<ConversationId>> {
  const found = new Set<ConversationId>();
  if (local === remote) return found;
  for await (const [path] of changedFiles(engine, rootOf(local), rootOf(remote))) {
    const id = conversationAt(path);
    if (id) found.add(id);
  }
  return found;
}

/** Returns the name of a catalogue's tree. */
export const rootOf = (main: Oid | null): string | null => main && `${main}^{tree}`;

/** Returns the cards of conversations in the catalogues that meet; `wrong` is told of one that cannot be read. */
export async function readMeetings(
  engine: GitEngine,
  catalogues: Catalogues,
  ids: Iterable<ConversationId>,
  wrong: (id: ConversationId, reason: string) => void,
): Promise<Map<ConversationId, CardsThere>> {
  const all = [...ids];
  const sides = ['local', 'remote', 'base'] as const;
  const found = new Map<ConversationId, CardsThere>(all.map((id) => [id, { local: undefined, remote: undefined, base: undefined }]));
  const asked = all.flatMap((id) => sides.flatMap((side) => (catalogues[side] ? [{ id, side }] : [])));
  let index = 0;
  for await (const page of engine.readMany(asked.map(({ id, side }) => `${catalogues[side]}:${cardPath(id)}`))) {
    const { id, side } = asked[index++] ?? {};
    const cards = id && found.get(id);
    if (!page || !side || !cards) continue;
    try {
      const card = parseCard(Buffer.from(page.content).toString('utf8'));
      if (card.id === id) cards[side] = card;
      else wrong(id, 'it is the card of another conversation');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'bad-page')) throw error;
      wrong(id, error.message);
    }
  }
  return found;
}

/** Tells whether a conversation leaves this machine; one without a card does only where everything does. */
export function mayLeave(leaving: Leaving, card: Card | undefined): boolean {
  if (!card) return leaving.only.length === 0 && leaving.except.length === 0;
  return leaves(leaving, { tool: card.tool, project: card.project ?? '', tags: tagsOf(card) });
}
