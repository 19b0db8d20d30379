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

/** Yields the files in which two trees differ, with their blobs; opens only folders that differ, and that are wanted. Null = the empty tree. */
export async function* changedFiles(
  engine: GitEngine,
  before: ObjectName | null,
  after: ObjectName | null,
  isWanted: (folder: string) => boolean = () => true,
): AsyncGenerator<[path: string, before: Oid | undefined, after: Oid | undefined]> {
  let level: [prefix: string, before: ObjectName | null, after: ObjectName | null][] = [['', before, after]];
  while (level.length > 0) {
    const names = level.flatMap(([, one, other]) => [one, other].filter((name) => name !== null));
    const trees = await treesOf(engine, names);
    const next: typeof level = [];
    let index = 0;
    for (const [prefix, one, other] of level) {
      const [old, now] = [one === null ? [] : (trees[index++] ?? []), other === null ? [] : (trees[index++] ?? [])];
      const was = new Map(old.map((entry) => [entry.name, entry]));
      const is = new Map(now.map((entry) => [entry.name, entry]));
      for (const name of new Set([...was.keys(), ...is.keys()])) {
        const [a, b] = [was.get(name), is.get(name)];
        if (a?.oid === b?.oid && a?.folder === b?.folder) continue;
        if ((a?.folder || b?.folder) && isWanted(`${prefix}${name}/`))
          next.push([`${prefix}${name}/`, a?.folder ? a.oid : null, b?.folder ? b.oid : null]);
        const [from, to] = [a && !a.folder ? a.oid : undefined, b && !b.folder ? b.oid : undefined];
        if (from !== undefined || to !== undefined) yield [prefix + name, from, to];
      }
    }
    level = next;
  }
}
