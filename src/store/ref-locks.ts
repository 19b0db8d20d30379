import { dirname, join, relative } from 'node:path';
import { builtin } from '../builtin.ts';
import { type ConvoError, fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotWrite, createFile, errno, makeFolders, nonce, removeIfThere } from './files.ts';
import { ownerOf } from './owner.ts';
import { removeStaleLock } from './recover.ts';

/** How long one lock may be in the way, in milliseconds; git itself holds them for some of them. */
const patience = 10_000;
const longestPause = 100;

/** Returns the error for a ref whose place another one needs. */
export function noRoom(other: string, ref: string): ConvoError {
  return fail('git-failed', { command: 'update-ref', reason: `'${other}' exists; cannot create '${ref}'` });
}

/** Locks that git honours too, `<ref>.lock` (git's lockfile.h); they name their owner, so a dead one's are known. */
export interface RefLocks {
  /** Takes the lock of a file of the repository (`refs/heads/main`, `packed-refs`); throws `git-failed` when it stays taken. */
  take(name: string): Promise<void>;
  releaseAll(): Promise<void>;
}

/** Returns an empty set of locks; `folder` is the claim's, in which the file stands that all locks are links to. */
export async function refLocks(host: Host, gitdir: string, folder: string): Promise<RefLocks> {
  const { fs } = host;
  const source = join(folder, `locks-${nonce()}`);
  const text = JSON.stringify(ownerOf(host, host.pid));
  try {
    createFile(fs, source, text);
  } catch (error) {
    throw cannotWrite(source, error);
  }
  /** What is to be removed: the locks, and the file that they are links to. */
  const left = [source];

  const attempt = async (path: string): Promise<boolean> => {
    try {
      fs.linkSync(source, path);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      if (errno(error) === 'ENOTDIR') throw noRoom(relative(gitdir, dirname(path)), relative(gitdir, path.replace(/\.lock$/, '')));
      if (errno(error) !== 'ENOENT') return withoutLink(path);
      await makeFolders(fs, dirname(path)); // packing removes empty folders at any time
      return false;
    }
  };
  const withoutLink = (path: string): boolean => {
    try {
      createFile(fs, path, text);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      throw cannotWrite(path, error);
    }
  };
  const take = async (name: string): Promise<void> => {
    const path = join(gitdir, `${name}.lock`);
    const end = host.now() + patience;
    for (let pause = 2; !(await attempt(path)); pause = Math.min(pause * 2, longestPause)) {
      if (await removeStaleLock(host, gitdir, path)) continue;
      if (host.now() >= end) throw fail('git-failed', { command: 'update-ref', reason: `${path} is held by another program` });
      await builtin.timers.setTimeout(builtin.crypto.randomInt(1, pause + 1));
    }
    left.push(path);
  };
  /** One lock that cannot be removed must not keep the others; the next call tries it again. */
  const releaseAll = async () => {
    const paths = left.splice(0);
    const removed = await Promise.allSettled(paths.map((path) => removeIfThere(fs, path)));
    left.push(...paths.filter((_, at) => removed[at]?.status === 'rejected'));
    const failed = removed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
  return { take, releaseAll };
}
