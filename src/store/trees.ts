import type { GitEngine, ObjectName, Oid } from './git.ts';
import { decodeTree } from './objects.ts';

export interface TreeEntry {
  name: string;
  oid: Oid;
  folder: boolean;
}

/** Returns the entries of several trees, in their order; a tree that is not there has none. */
export async function treesOf(engine: GitEngine, names: Iterable<ObjectName>): Promise<TreeEntry[][]> {
  const all: TreeEntry[][] = [];
  for await (const tree of engine.readMany(names)) all.push(tree?.type === 'tree' ? entriesOf(tree.content) : []);
  return all;
}

/** Returns path → blob of every file below a tree. */
export async function filesBelow(engine: GitEngine, name: ObjectName): Promise<Map<string, Oid>> {
  const files = new Map<string, Oid>();
  let level: [prefix: string, name: ObjectName][] = [['', name]];
  while (level.length > 0) {
    const next: typeof level = [];
    let index = 0;
    for await (const tree of engine.readMany(level.map(([, at]) => at))) {
      const prefix = level[index++]?.[0] ?? '';
      if (tree?.type !== 'tree') continue;
      for (const entry of entriesOf(tree.content)) {
        if (entry.folder) next.push([`${prefix}${entry.name}/`, entry.oid]);
        else files.set(prefix + entry.name, entry.oid);
      }
    }
    level = next;
  }
  return files;
}

const entriesOf = (content: Uint8Array): TreeEntry[] =>
  decodeTree(content).map(({ name, oid, mode }) => ({ name, oid, folder: mode === '40000' }));
