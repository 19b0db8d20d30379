import type { GitObject, ObjectName, Oid } from '../git.ts';
import { parseName } from '../names.ts';
import { decodeCommit, decodeTree, isOid } from '../objects.ts';
import { packsOf } from '../pack/packs.ts';
import { readRef } from '../refs.ts';
import type { Git } from './spawn.ts';

/** Reads what stands in packs without a git process, which costs more than a command that shows a few turns has time. */
export interface DirectReader {
  /** Returns an object, 'absent' for a path that its tree does not have, undefined for all that git has to be asked about. */
  read(name: ObjectName): Promise<GitObject | 'absent' | undefined>;
  know(objects: readonly GitObject[]): void;
  close(): void;
}

/** For more objects than these a process pays: it inflates them while they are worked on here. */
const few = 4_000;

/** Returns the reader of a repository. */
export function directReader({ host, gitdir }: Git): DirectReader {
  const packs = packsOf(host, gitdir);
  let asked = 0;

  const treeOf = (found: GitObject | undefined): GitObject | undefined => {
    const tree = found?.type === 'commit' ? packs.read(decodeCommit(found.content).tree) : found;
    return tree?.type === 'tree' ? tree : undefined;
  };

  const inTree = (tree: GitObject | undefined, path: string) => {
    let at = tree;
    for (const part of path.split('/')) {
      if (at?.type !== 'tree') return undefined;
      const entry = decodeTree(at.content).find(({ name }) => name === part);
      if (!entry) return 'absent';
      at = packs.read(entry.oid);
    }
    return at;
  };

  const readNamed = (start: Oid, { tree, path }: ReturnType<typeof parseName>) => {
    const found = packs.read(start);
    if (path !== undefined) return inTree(treeOf(found), path);
    return tree ? treeOf(found) : found;
  };

  return {
    async read(name) {
      asked += 1;
      if (asked > few) return undefined;
      const parsed = parseName(name);
      try {
        const start = isOid(parsed.start) ? parsed.start : await readRef(host, gitdir, parsed.start);
        return start && readNamed(start, parsed);
      } catch {
        return undefined; // A torn ref, commit or tree: git says what is wrong with it.
      }
    },
    know: (objects) => packs.know(objects),
    close: () => packs.close(),
  };
}
