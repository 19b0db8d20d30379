import { importers } from '../../importers/registry.ts';
import { type ConversationId, readConversationId, readToolId } from '../../model/ids.ts';
import type { GitEngine } from '../../store/git.ts';
import { branchPrefix, waitingPrefix, waitingRef } from '../../store/layout.ts';
import { spareMemory } from '../../store/memory.ts';
import type { RefIndex } from '../../store/ref-index.ts';
import type { Store } from '../../store/store.ts';
import type { Transaction } from '../../store/transaction.ts';
import { filesBelow } from '../../store/trees.ts';
import type { UnplacedConversation } from '../import-result.ts';
import type { FamilyRun } from './family.ts';
import type { Home } from './marks.ts';
import { sourcesAt } from './raw-sources.ts';
import { rescan, type Scanned, scan } from './scan.ts';
import { folderOf } from './source-names.ts';

const tools = importers.map(({ tool }) => tool);

/** Returns the conversations for which source records wait, and whose branches are here now or are begun by this run. */
export function arrived(refs: RefIndex, runs: readonly Pick<FamilyRun, 'tool' | 'id'>[]): Home[] {
  const begun = new Set(runs.map(({ tool, id }) => `${tool}/${id}`));
  return tools.flatMap((tool) =>
    [...refs.below(`${waitingPrefix}${tool}/`).keys()].flatMap((name) => {
      const id = readConversationId(name);
      return id && (begun.has(`${tool}/${id}`) || refs.below(branchPrefix(tool, id)).size > 0) ? [{ tool, id }] : [];
    }),
  );
}

/** Tells whether a conversation has come for which source records wait. */
export async function hasArrived(engine: GitEngine): Promise<boolean> {
  for (const { tool, id } of await waitedFor(engine)) if ((await engine.refs(branchPrefix(tool, id))).length > 0) return true;
  return false;
}

/** Returns the conversations that are not here and that sources were resumed from, with how many of those wait. */
export async function unplacedIn(engine: GitEngine): Promise<UnplacedConversation[]> {
  const found: UnplacedConversation[] = [];
  for (const { tool, id } of await waitedFor(engine)) {
    const files = await filesBelow(engine, `${waitingRef(tool, id)}^{tree}`);
    found.push({ tool, id, sources: new Set([...files.keys()].map((path) => path.split('/', 1)[0])).size });
  }
  return found;
}

async function waitedFor(engine: GitEngine): Promise<Home[]> {
  return (await engine.refs(waitingPrefix)).flatMap(({ name }) => {
    const [tool = '', id = ''] = name.slice(waitingPrefix.length).split('/');
    const [known, conversation] = [readToolId(tool), readConversationId(id)];
    return known && conversation ? [{ tool: known, id: conversation }] : [];
  });
}

/** Reads the sources that wait for a conversation as its waiting records hold them; without those of these raw folders. */
export async function scanWaiting(store: Store, { writer }: Transaction, home: Home, read: ReadonlySet<string>): Promise<Scanned[]> {
  const found: Scanned[] = [];
  const candidates = (folder: string) => (read.has(folder) ? [] : tools.map((tool) => ({ tool, name: folder })));
  for await (const { importer, source, access } of sourcesAt(store, waitingRef(home.tool, home.id), candidates)) {
    const told = await rescan(importer, source, access, { store, close: true });
    if (!source.key.startsWith(`raw:${folderOf(told)}/`)) continue;
    found.push(await scan(importer, source, access, { store, writer, memory: spareMemory(), again: true, close: true, row: undefined }));
  }
  return found;
}

/** A source that was read from what the store holds of it, not from its file. */
export const isFromStore = ({ source }: Scanned): boolean => source.key.startsWith('raw:');

/** Returns which conversation each of these sources waits for. */
export const waitsFor = (unplaced: readonly { home: Home; sources: readonly Scanned[] }[]): Map<Scanned, ConversationId> =>
  new Map(unplaced.flatMap(({ home, sources }) => sources.map((source): [Scanned, ConversationId] => [source, home.id])));
