import { parseConversation } from '../model/conversation.ts';
import { type ConversationId, pathSafe, type ToolId } from '../model/ids.ts';
import { type ChainCommit, chain, chainCommit, threadOf, turnOf } from './branches.ts';
import type { CommitSubject, Entry, Reader, StoredTurn } from './entry.ts';
import type { Oid } from './git.ts';
import { joinLinked } from './joined.ts';
import { agentFolder, conversationFile, rawRef } from './layout.ts';
import { currentEntries, someOfListing } from './listing.ts';
import { mergeBases } from './merge-base.ts';
import { decodeCommit } from './objects.ts';
import { rawOf } from './raw-folder.ts';
import { readRecorded } from './recorded.ts';
import { readOpenTurns } from './state.ts';
import type { Store } from './store.ts';
import { treesOf } from './trees.ts';

/** Returns what reading commands need of an open store. */
export function reader(store: Store): Reader {
  const { engine } = store;
  const commits = new Map<Oid, ChainCommit>();
  const someCurrent = someOfListing(store);
  return {
    entries: async () => withOpenTurns(store, await currentEntries(store)),
    someEntries: async (wanted) => {
      const some = await someCurrent(wanted);
      return some && withOpenTurns(store, some);
    },
    thread: (tip) => threadOf(engine, tip),
    agents: async (tip) => ((await treesOf(engine, [`${tip}:agents`]))[0] ?? []).map(({ name }) => name),
    agentThread: (tip, agent) => threadOf(engine, tip, agentFolder(agent)),
    pages: (turns) => pages(store, turns),
    conversation: async (tip) => {
      const page = await engine.read(`${tip}:${conversationFile}`);
      return parseConversation(Buffer.from(page?.content ?? []).toString('utf8'));
    },
    attachment: (tip, name) => attachment(store, tip, name),
    mergeBase: async (one, other) => (await mergeBases(one, other, (oid) => chainCommit(engine, oid, commits)))[0],
    commits: (tip) => chain(engine, tip, commits),
    subjects: (commits) => subjects(store, commits),
    card: async (id) => (await import('./catalogue.ts')).readCard(engine, id),
    recorded: (id) => readRecorded(store.host, store.state, id),
    raw: (id, tool) => raw(store, tool, id),
  };
}

async function withOpenTurns(store: Store, entries: Entry[]): Promise<Entry[]> {
  const open = await readOpenTurns(store.host, store.state);
  if (open.size > 0) for (const entry of entries) if (open.has(entry.id)) entry.open = open.get(entry.id) ?? [];
  return joinLinked(entries);
}

async function* pages({ engine }: Store, turns: readonly StoredTurn[]): AsyncIterable<string> {
  for await (const page of engine.readMany(turns.map(({ blob }) => blob))) yield page ? Buffer.from(page.content).toString('utf8') : '';
}

async function subjects({ engine }: Store, commits: readonly Oid[]): Promise<CommitSubject[]> {
  const told: CommitSubject[] = [];
  for await (const commit of engine.readMany(commits)) {
    const message = commit ? decodeCommit(commit.content).message : '';
    const turn = turnOf(message);
    told.push({ text: message.split('\n', 1)[0] ?? '', ...(turn ? { turn } : {}) });
  }
  return told;
}

/** An attachment over 50 MB stands in pieces `.00`, `.01`, ... (format.md 3). */
async function attachment({ engine }: Store, tip: Oid, name: string): Promise<Uint8Array | undefined> {
  const path = `${tip}:attachments/${name}`;
  const whole = await engine.read(path);
  if (whole) return whole.content;
  const pieces: Uint8Array[] = [];
  for (let k = 0; ; k += 1) {
    const piece = await engine.read(`${path}.${String(k).padStart(2, '0')}`);
    if (!piece) break;
    pieces.push(piece.content);
  }
  return pieces.length > 0 ? Buffer.concat(pieces) : undefined;
}

async function* raw(store: Store, tool: ToolId, id: ConversationId): AsyncIterable<{ source: string; bytes: Uint8Array }> {
  for await (const { source, chunks } of rawOf(store.engine, rawRef(tool, id))) {
    const bytes: Uint8Array[] = [];
    for await (const chunk of store.engine.readMany(chunks)) if (chunk) bytes.push(chunk.content);
    yield { source: pathSafe(source), bytes: Buffer.concat(bytes) };
  }
}
