import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { GitObject, ObjectName, Oid } from '../git.ts';
import { readLooseObject } from '../loose.ts';
import { parseName } from '../names.ts';
import { decodeCommit, decodeTree, isOid } from '../objects.ts';
import { readRef } from '../refs.ts';
import type { PackReader } from './packs.ts';

export interface ObjectReader {
  /** Returns an object by its id; undefined when it is nowhere. */
  object(oid: Oid): Promise<GitObject | undefined>;
  read(name: ObjectName): Promise<GitObject | undefined>;
}

/** Returns a reader that looks among the loose objects, in the packs, and once more: repacking moves objects from one to the other. */
export function objectReader(host: Host, gitdir: string, packs: PackReader): ObjectReader {
  const object = async (oid: Oid) =>
    (await readLooseObject(host, gitdir, oid)) ??
    (await packs.read(oid)) ??
    (await readLooseObject(host, gitdir, oid)) ??
    (await packs.read(oid));

  /** An object that another one names: it has to be there. */
  const needed = async (oid: Oid, by: string): Promise<GitObject> => {
    const found = await object(oid);
    if (!found) throw fail('bad-object', { oid, reason: `it is missing, but ${by} needs it` });
    return found;
  };

  const treeOf = async (start: GitObject): Promise<GitObject> => {
    if (start.type === 'tree') return start;
    if (start.type !== 'commit') throw fail('bad-object', { oid: start.oid, reason: `it is a ${start.type} and has no tree` });
    return needed(decodeCommit(start.content, start.oid).tree, start.oid);
  };

  const inTree = async (tree: GitObject, path: string): Promise<GitObject | undefined> => {
    let at = tree;
    for (const part of path.split('/')) {
      const entry = at.type === 'tree' ? decodeTree(at.content, at.oid).find((candidate) => candidate.name === part) : undefined;
      if (!entry) return undefined;
      at = await needed(entry.oid, path);
    }
    return at;
  };

  const read = async (name: ObjectName): Promise<GitObject | undefined> => {
    const { start, tree, path } = parseName(name);
    const oid = isOid(start) ? start : await readRef(host, gitdir, start);
    if (oid === undefined) return undefined;
    const found = isOid(start) ? await object(oid) : await needed(oid, start);
    if (!found) return undefined;
    const wanted = tree ? await treeOf(found) : found;
    const result = path === undefined ? wanted : await inTree(wanted, path);
    if ((result?.type as string) === 'tag') throw fail('bad-object', { oid, reason: 'it is a tag, which convo does not store' });
    return result;
  };
  return { object, read };
}
