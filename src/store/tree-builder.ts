import type { Oid } from './git.ts';
import { emptyTree, fileMode, type TreeEntry, treeMode } from './objects.ts';

/** What building trees needs of a store. */
export interface TreeStore {
  entries(tree: Oid): Promise<readonly TreeEntry[]>;
  /** `was`: the tree from which these entries were made. */
  write(entries: readonly TreeEntry[], was: Oid | undefined): Promise<Oid>;
}

/** A folder being changed: its rows, and those of its folders that were opened. */
interface Folder {
  was: Oid | undefined;
  rows: Map<string, TreeEntry>;
  open: Map<string, Folder>;
}

async function load(store: TreeStore, oid: Oid | undefined): Promise<Folder> {
  const entries = oid === undefined || oid === emptyTree ? [] : await store.entries(oid);
  return { was: oid, rows: new Map(entries.map((entry) => [entry.name, entry])), open: new Map() };
}

async function child(store: TreeStore, folder: Folder, name: string): Promise<Folder> {
  const row = folder.rows.get(name);
  const known = folder.open.get(name) ?? (await load(store, row?.mode === treeMode ? row.oid : undefined));
  folder.open.set(name, known);
  return known;
}

/** Puts a file at a path; a file that stands where a folder is needed gives way, and the other way round, as in fast-import. */
async function put(store: TreeStore, root: Folder, path: string, oid: Oid): Promise<void> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let folder = root;
  for (const part of parts) {
    const next = await child(store, folder, part);
    folder.rows.set(part, { mode: treeMode, name: part, oid: emptyTree });
    folder = next;
  }
  folder.open.delete(name);
  folder.rows.set(name, { mode: fileMode, name, oid });
}

/** Removes what stands at a path, and the folders that this leaves empty; returns whether anything stood there. */
async function remove(store: TreeStore, folder: Folder, parts: readonly string[]): Promise<boolean> {
  const [name = '', ...rest] = parts;
  const row = folder.rows.get(name);
  if (!row || (rest.length > 0 && row.mode !== treeMode)) return false;
  if (rest.length > 0) {
    const next = await child(store, folder, name);
    if (!(await remove(store, next, rest))) return false;
    if (next.rows.size > 0) return true;
  }
  folder.open.delete(name);
  return folder.rows.delete(name);
}

async function write(store: TreeStore, folder: Folder): Promise<Oid> {
  for (const [name, open] of folder.open) folder.rows.set(name, { mode: treeMode, name, oid: await write(store, open) });
  return store.write([...folder.rows.values()], folder.was);
}

/** Returns the id of a tree made from a base tree (undefined = the empty one) by changes in their order; null removes. */
export async function buildTree(
  store: TreeStore,
  base: Oid | undefined,
  changes: readonly [path: string, blob: Oid | null][],
): Promise<Oid> {
  const root = await load(store, base);
  for (const [path, blob] of changes) {
    if (blob === null) await remove(store, root, path.split('/'));
    else await put(store, root, path, blob);
  }
  if (root.open.size === 0 && changes.length === 0 && base !== undefined) return base;
  return write(store, root);
}
