import { dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { cannotRead, cannotWrite, createFile, errno, isAbsent, nonce, readIfThere, removeIfThere } from './files.ts';
import { isDead, type Owner, ownerOf, parseOwner } from './owner.ts';

/** A lock file as it was looked at: what tells it from another one at the same path. */
export interface Seen {
  path: string;
  text: string;
  /** Undefined in a lock of git's, and in a torn one. */
  owner: Owner | undefined;
  inode: number;
  /** Milliseconds since 1970. */
  mtime: number;
}

/** A guard whose owner cannot be read is in the way for this time at most. */
const guardLimit = 60_000;

/** Returns the lock at a path, undefined when there is none. */
export async function look(host: Host, path: string): Promise<Seen | undefined> {
  const bytes = await readIfThere(host.fs, path);
  if (!bytes) return undefined;
  try {
    const { mtimeMs, ino } = host.fs.statSync(path);
    const text = bytes.toString('utf8');
    return { path, text, owner: parseOwner(text), inode: ino, mtime: mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Creates a file with its content in one step, a hard link to a finished one in `folder`; false when the path is taken. */
export async function create(host: Host, path: string, text: string, folder = dirname(path)): Promise<boolean> {
  const { fs } = host;
  const own = join(folder, `.lock-${host.pid}-${nonce()}`);
  try {
    createFile(fs, own, text);
    try {
      fs.linkSync(own, path);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      createFile(fs, path, text); // a file system without hard links
      return true;
    }
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  } finally {
    await removeIfThere(fs, own);
  }
}

const same = (a: Seen, b: Seen | undefined) => a.text === b?.text && a.inode === b.inode && a.mtime === b.mtime;

async function isOldGuard(host: Host, guard: string): Promise<boolean> {
  const seen = await look(host, guard);
  if (!seen) return false;
  return seen.owner ? isDead(host, seen.owner) : host.now() - seen.mtime > guardLimit;
}

/**
 * Takes a dead process's lock away. One contender at a time (the guard, in `folder`) looks once more and renames what it saw to
 * a name of its own; as only holders of the guard remove dead locks, what is renamed is what was seen to be dead. Returns
 * whether it was taken by this call.
 */
export async function takeAway(host: Host, dead: Seen, folder: string): Promise<boolean> {
  const guard = join(folder, 'takeover');
  if (!(await create(host, guard, JSON.stringify(ownerOf(host, host.pid))))) {
    if (await isOldGuard(host, guard)) await removeIfThere(host.fs, guard);
    return false;
  }
  try {
    if (!same(dead, await look(host, dead.path))) return false;
    const unique = join(folder, `.dead-${nonce()}`);
    host.fs.renameSync(dead.path, unique);
    await removeIfThere(host.fs, unique);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw cannotWrite(dead.path, error);
  } finally {
    await removeIfThere(host.fs, guard);
  }
}
