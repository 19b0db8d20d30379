import type { GitObject, Oid } from '../git.ts';
import { decodeTree, type TreeEntry, treeMode } from '../objects.ts';

/** Returns an object; throws when it is not there. */
export type ReadObject = (oid: Oid, type: GitObject['type'], path: string) => Promise<Uint8Array>;

/** A row of a tree, with its path. */
export interface NewEntry extends TreeEntry {
  path: string;
}

/**
 * Yields the rows of a tree that none of others has at the same place, each folder before what is in it; so walking a commit against
 * its parents costs what the commit changed. A folder is opened when the next row is asked for.
 */
export async function* newEntries(read: ReadObject, tree: Oid, others: readonly Oid[], folder = ''): AsyncGenerator<NewEntry> {
  if (others.includes(tree)) return;
  const rows = async (oid: Oid) => decodeTree(await read(oid, 'tree', folder), oid);
  const before: Map<string, TreeEntry>[] = [];
  for (const other of new Set(others)) before.push(new Map((await rows(other)).map((row) => [row.name, row])));
  for (const row of await rows(tree)) {
    const same = before.map((names) => names.get(row.name)).filter((old) => old?.mode === row.mode);
    if (same.some((old) => old?.oid === row.oid)) continue;
    const path = folder + row.name;
    yield { ...row, path };
    const below = same.flatMap((old) => old?.oid ?? []);
    if (row.mode === treeMode) yield* newEntries(read, row.oid, below, `${path}/`);
  }
}
