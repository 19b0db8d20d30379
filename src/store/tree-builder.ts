import type { Oid } from './git.ts';
import { emptyTree, fileMode, treeMode } from './objects.ts';
import { type Edited, idOf, putRow, removeRow, rowOf, untouched } from './tree-content.ts';

/** What building trees needs of a store. */
export interface TreeStore {
  content(tree: Oid): Uint8Array | Promise<Uint8Array>;
  /** `was`: the tree from which this one was made. */
  write(tree: Edited, was: Oid | undefined): Promise<Oid>;
}

/** A folder being changed, and those of its folders that were opened. */
interface Folder extends Edited {
  was: Oid | undefined;
  open: Map<string, Folder>;
}

const isEmpty = ({ content, open }: Folder) => content.length === 0 && open.size === 0;

async function load(store: TreeStore, oid: Oid | undefined): Promise<Folder> {
  const content = oid === undefined || oid === emptyTree ? new Uint8Array() : await store.content(oid);
  return { was: oid, content, ...untouched, open: new Map() };
}

async function child(store: TreeStore, folder: Folder, name: string): Promise<Folder> {
  const opened = folder.open.get(name);
  if (opened) return opened;
  const row = rowOf(folder.content, name);
  const next = await load(store, row?.isTree ? idOf(folder.content, row) : undefined);
  folder.open.set(name, next);
  return next;
}

/** Puts a file at a path; a file that stands where a folder is needed gives way, and the other way round, as in fast-import. */
async function put(store: TreeStore, root: Folder, path: string, oid: Oid): Promise<void> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let folder = root;
  for (const part of parts) folder = await child(store, folder, part);
  folder.open.delete(name);
  putRow(folder, { mode: fileMode, name, oid });
}

/** Removes what stands at a path, and the folders that this leaves empty. */
async function remove(store: TreeStore, folder: Folder, parts: readonly string[]): Promise<void> {
  const [name = '', ...rest] = parts;
  const row = rowOf(folder.content, name);
  if (rest.length > 0) {
    if (!row?.isTree && !folder.open.has(name)) return;
    const next = await child(store, folder, name);
    await remove(store, next, rest);
    if (!isEmpty(next)) return;
  }
  folder.open.delete(name);
  if (row) removeRow(folder, row);
}

async function write(store: TreeStore, folder: Folder): Promise<Oid> {
  for (const [name, open] of folder.open) putRow(folder, { mode: treeMode, name, oid: await write(store, open) });
  const isUntouched = folder.begin === untouched.begin;
  return isUntouched && folder.was !== undefined ? folder.was : store.write(folder, folder.was);
}

/** Returns the id of a tree made from a base tree (undefined = the empty one) by changes in their order; null removes. */
export async function buildTree(
  store: TreeStore,
  base: Oid | undefined,
  changes: readonly [path: string, blob: Oid | null][],
): Promise<Oid> {
  if (changes.length === 0 && base !== undefined) return base;
  const root = await load(store, base);
  for (const [path, blob] of changes) {
    if (blob === null) await remove(store, root, path.split('/'));
    else await put(store, root, path, blob);
  }
  return write(store, root);
}
