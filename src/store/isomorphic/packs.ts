import { fail } from '../../errors.ts';
import type { Host, HostFs } from '../../host.ts';
import { cannotRead, isAbsent } from '../files.ts';
import type { GitObject, ObjectType, Oid } from '../git.ts';
import { emptyTree, objectId } from '../objects.ts';
import { settled } from '../pack-names.ts';

/** Reads objects out of packs; loose ones are read elsewhere. */
export interface PackReader {
  /** Returns undefined when no pack holds the object; throws when a pack cannot be read. */
  read(oid: Oid): Promise<GitObject | undefined>;
}

interface Failures {
  last: { path: string; error: unknown } | undefined;
}

/** isomorphic-git takes every failure to read for "not there": so the real ones are noted here, and it may not write. */
function readOnly(fs: HostFs, failures: Failures) {
  const noting =
    <R>(call: (path: string, options?: never) => Promise<R>) =>
    async (path: string, options?: never): Promise<R> => {
      try {
        return await call(path, options);
      } catch (error) {
        const isProbe = path === undefined; // isomorphic-git calls so to learn whether it is given promises
        if (!isProbe && !isAbsent(error)) failures.last = { path, error };
        throw error;
      }
    };
  const refuse = async () => {
    throw new Error('The embedded git may only read');
  };
  /** While another git repacks, what it writes stands beside the packs under names of its own. */
  const readdir = async (path: string): Promise<string[]> => (await fs.readdir(path)).filter((name) => !/^(\.?tmp-|tmp_)/.test(name));
  const promises = {
    readFile: noting(fs.readFile as (path: string, options?: never) => Promise<unknown>),
    readdir: noting(readdir),
    stat: noting(fs.stat as (path: string, options?: never) => Promise<unknown>),
    lstat: noting(fs.lstat as (path: string, options?: never) => Promise<unknown>),
    writeFile: refuse,
    mkdir: refuse,
    rmdir: refuse,
    unlink: refuse,
    readlink: refuse,
    symlink: refuse,
  };
  return { promises };
}

const notFound = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'NotFoundError';

/** Returns a reader over isomorphic-git, which is loaded (80 ms) when the first object is asked for; it keeps packs in memory. */
export function packReader(host: Host, gitdir: string): PackReader {
  const failures: Failures = { last: undefined };
  const fs = readOnly(host.fs, failures);
  let cache = {};

  const attempt = async (oid: Oid): Promise<GitObject | undefined> => {
    const { default: git } = await import('isomorphic-git');
    failures.last = undefined;
    try {
      const { type, object } = await git.readObject({ fs, gitdir, oid, format: 'content', cache });
      return { oid, type: type as ObjectType, content: object as Uint8Array };
    } catch (error) {
      const failure = failures.last as Failures['last'];
      if (failure) throw cannotRead(failure.path, failure.error);
      if (notFound(error)) return undefined;
      throw fail('bad-object', { oid, reason: error instanceof Error ? error.message : String(error) }, error);
    }
  };
  const read = (oid: Oid): Promise<GitObject | undefined> =>
    settled(host, gitdir, async (packs, changed) => {
      if (changed) cache = {};
      if (packs) return attempt(oid);
      return oid === emptyTree ? { oid, type: 'tree', content: new Uint8Array() } : undefined;
    });
  let queue: Promise<unknown> = Promise.resolve();
  return {
    read: (oid) => {
      const turn = queue.then(async () => checked(await read(oid)));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

function checked(object: GitObject | undefined): GitObject | undefined {
  if (object && objectId(object.type, object.content) !== object.oid) {
    throw fail('bad-object', { oid: object.oid, reason: 'its content in a pack has another id' });
  }
  return object;
}
