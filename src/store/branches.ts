import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import { readTurnId } from '../model/ids.ts';
import { trailer } from './commit.ts';
import type { StoredTurn } from './entry.ts';
import type { GitEngine, Oid } from './git.ts';
import { branchPrefix, readTurnFile } from './layout.ts';
import { decodeCommit } from './objects.ts';
import { type TreeEntry, treesOf } from './trees.ts';

export interface ChainCommit {
  oid: Oid;
  parents: Oid[];
  turn?: TurnId;
  /** Seconds since 1970. */
  time: number;
}

/** Returns the branches of a conversation: name → tip. */
export async function branchesOf(engine: GitEngine, tool: ToolId, id: ConversationId): Promise<Map<string, Oid>> {
  const prefix = branchPrefix(tool, id);
  return new Map((await engine.refs(prefix)).map((ref) => [ref.name.slice(prefix.length), ref.oid]));
}

/** Returns the commits from a tip along first parents, newest first. */
export async function* chain(engine: GitEngine, tip: Oid): AsyncIterable<ChainCommit> {
  for (let at: Oid | undefined = tip; at !== undefined; ) {
    const object = await engine.read(at);
    if (object?.type !== 'commit') return;
    const { parents, time, message } = decodeCommit(object.content);
    const turn = readTurnId(trailer(message, 'Convo-Turn') ?? '');
    yield { oid: at, parents, time, ...(turn ? { turn } : {}) };
    at = parents[0];
  }
}

/** Returns the turns in the tree of a tip, root first; `folder` is '' or that of an agent. */
export async function threadOf(engine: GitEngine, tip: Oid, folder = ''): Promise<StoredTurn[]> {
  const [turns = []] = await threadsOf(engine, [tip], folder);
  return turns;
}

/** Returns the turns in the trees of several tips, in their order; reads one level of all trees at a time. */
export async function threadsOf(engine: GitEngine, tips: readonly Oid[], folder = ''): Promise<StoredTurn[][]> {
  const hundreds = await treesOf(
    engine,
    tips.map((tip) => `${tip}:${folder}turns`),
  );
  const pages = await treesOf(
    engine,
    hundreds.flatMap((entries) => entries.map(({ oid }) => oid)),
  );
  let index = 0;
  return hundreds.map((entries) =>
    entries
      .flatMap((hundred) => (pages[index++] ?? []).flatMap((page) => storedTurn(`${folder}turns/${hundred.name}/`, page)))
      .sort((a, b) => a.n - b.n),
  );
}

function storedTurn(prefix: string, { name, oid }: TreeEntry): StoredTurn[] {
  const read = readTurnFile(name);
  return read ? [{ ...read, path: prefix + name, blob: oid }] : [];
}
