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

/** Where the cards of a conversation stand in the catalogues that meet. */
export type CardBlobs = Record<keyof Catalogues, Oid | undefined>;

/** Returns the conversations whose cards differ here and on the remote, and some others, with their cards. */
export async function cardBlobs(
  engine: GitEngine,
  catalogues: Catalogues,
  others: Iterable<ConversationId> = [],
): Promise<Map<ConversationId, CardBlobs>> {
  const { local, remote, base } = catalogues;
  const found = new Map<ConversationId, CardBlobs>();
  if (local !== remote)
    for await (const [path, here, there] of changedFiles(engine, rootOf(local), rootOf(remote))) {
      const id = conversationAt(path);
      if (id) found.set(id, { local: here, remote: there, base: undefined });
    }
  const same = [...others].filter((id) => !found.has(id));
  const standing = await blobsIn(engine, local, same);
  for (const [at, id] of same.entries()) found.set(id, { local: standing[at], remote: standing[at], base: undefined });
  const ids = [...found.keys()];
  const before = base === local || base === remote ? undefined : await blobsIn(engine, base, ids);
  for (const [at, id] of ids.entries()) {
    const blobs = found.get(id);
    if (blobs) blobs.base = before ? before[at] : base === remote ? blobs.remote : blobs.local;
  }
  return found;
}

async function blobsIn(engine: GitEngine, main: Oid | null, ids: readonly ConversationId[]): Promise<(Oid | undefined)[]> {
  if (main === null) return [];
  const blobs: (Oid | undefined)[] = [];
  for await (const page of engine.readMany(ids.map((id) => `${main}:${cardPath(id)}`))) blobs.push(page?.oid);
  return blobs;
}

/** Returns the name of a catalogue's tree. */
export const rootOf = (main: Oid | null): string | null => main && `${main}^{tree}`;

/** Returns the cards of conversations in the catalogues that meet; `wrong` is told of one that cannot be read. */
export async function readMeetings(
  engine: GitEngine,
  blobs: ReadonlyMap<ConversationId, CardBlobs>,
  wrong: (id: ConversationId, reason: string) => void,
): Promise<Map<ConversationId, CardsThere>> {
  const asked = [...blobs].flatMap(([id, { local, remote, base }]) =>
    [...new Set([local, remote, base])].flatMap((oid) => (oid ? [{ id, oid }] : [])),
  );
  const found = new Map<ConversationId, CardsThere>(
    [...blobs.keys()].map((id) => [id, { local: undefined, remote: undefined, base: undefined }]),
  );
  let index = 0;
  for await (const page of engine.readMany(asked.map(({ oid }) => oid))) {
    const { id, oid } = asked[index++] ?? {};
    const [cards, standing] = [id && found.get(id), id && blobs.get(id)];
    if (!page || !id || !cards || !standing) continue;
    const card = readCard(page.content, id, wrong);
    for (const side of ['local', 'remote', 'base'] as const) if (standing[side] === oid) cards[side] = card;
  }
  return found;
}

function readCard(page: Uint8Array, id: ConversationId, wrong: (id: ConversationId, reason: string) => void): Card | undefined {
  try {
    const card = parseCard(Buffer.from(page).toString('utf8'));
    if (card.id === id) return card;
    wrong(id, 'it is the card of another conversation');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'bad-page')) throw error;
    wrong(id, error.message);
  }
  return undefined;
}

/** Tells whether a conversation leaves this machine; one without a card does only where everything does. */
export function mayLeave(leaving: Leaving, card: Card | undefined): boolean {
  if (!card) return leaving.only.length === 0 && leaving.except.length === 0;
  return leaves(leaving, { tool: card.tool, project: card.project ?? '', tags: tagsOf(card) });
}
