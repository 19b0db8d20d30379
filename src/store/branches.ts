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

/** Returns the commits from a tip along first parents, newest first; `seen` keeps those that several chains share. */
export async function* chain(engine: GitEngine, tip: Oid, seen?: Map<Oid, ChainCommit>): AsyncIterable<ChainCommit> {
  for (let at: Oid | undefined = tip; at !== undefined; ) {
    const commit: ChainCommit | undefined = await chainCommit(engine, at, seen);
    if (!commit) return;
    yield commit;
    at = commit.parents[0];
  }
}

/** Returns the turn that a commit says that it brought; undefined for one that joins or corrects nothing but lines. */
export const turnOf = (message: string): TurnId | undefined => readTurnId(trailer(message, 'Convo-Turn') ?? '');

/** Returns a commit of a chain; undefined when there is none of that id. What `seen` holds is not read again. */
export async function chainCommit(engine: GitEngine, oid: Oid, seen?: Map<Oid, ChainCommit>): Promise<ChainCommit | undefined> {
  const known = seen?.get(oid);
  if (known) return known;
  const object = await engine.read(oid);
  if (object?.type !== 'commit') return undefined;
  const { parents, time, message } = decodeCommit(object.content);
  const turn = turnOf(message);
  const commit = { oid, parents, time, ...(turn ? { turn } : {}) };
  seen?.set(oid, commit);
  return commit;
}

/** Returns the turns in the tree of a tip, root first; `folder` is '' or that of an agent. */
export async function threadOf(engine: GitEngine, tip: Oid, folder = ''): Promise<StoredTurn[]> {
  const [turns = []] = await threadsOf(engine, [tip], folder);
  return turns;
}

/** Returns the turns in the trees of several tips, in their order; reads one level of all trees at a time, and each tree once. */
export async function threadsOf(engine: GitEngine, tips: readonly Oid[], folder = ''): Promise<StoredTurn[][]> {
  const hundreds = await treesOf(
    engine,
    tips.map((tip) => `${tip}:${folder}turns`),
  );
  const distinct = new Map(hundreds.flat().map((hundred) => [hundred.oid, hundred]));
  const pages = await treesOf(engine, distinct.keys());
  const turns = new Map<Oid, StoredTurn[]>();
  for (const { oid, name } of distinct.values()) {
    turns.set(
      oid,
      (pages[turns.size] ?? []).flatMap((page) => storedTurn(`${folder}turns/${name}/`, page)),
    );
  }
  return hundreds.map((entries) => entries.flatMap(({ oid }) => turns.get(oid) ?? []).sort((a, b) => a.n - b.n));
}

function storedTurn(prefix: string, { name, oid }: TreeEntry): StoredTurn[] {
  const read = readTurnFile(name);
  return read ? [{ ...read, path: prefix + name, blob: oid }] : [];
}
