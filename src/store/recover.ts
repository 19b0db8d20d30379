import { join } from 'node:path';
import type { Host } from '../host.ts';
import { type Abandoned, abandonedClaims } from './claim.ts';
import { cannotRead, isAbsent, listIfThere, readIfThere, removeIfThere } from './files.ts';
import { bootTime, isDead, parseOwner } from './owner.ts';

/** A lock or temporary file that nobody owns up to is given up after this time (git holds ref locks for milliseconds). */
const ownerlessLimit = 10 * 60_000;
const temporaryLimit = 60 * 60_000;
const clockSlack = 1_000;

/** Returns the mtime of a file in milliseconds, undefined when it is gone. */
async function modified(host: Host, path: string): Promise<number | undefined> {
  try {
    return (await host.fs.lstat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/**
 * Tells whether a `.lock` may be taken away: ours name their owner, git's do not. Those are stale when they are older than the
 * machine's start or than ten minutes, or not older than the claim of a writer that died.
 */
export async function isStaleLock(host: Host, path: string, abandoned: readonly Abandoned[]): Promise<boolean> {
  const time = await modified(host, path);
  if (time === undefined) return false;
  const owner = parseOwner((await readIfThere(host.fs, path))?.toString() ?? '');
  if (owner) return isDead(host, owner, time);
  if (time < bootTime(host) - clockSlack || host.now() - time > ownerlessLimit) return true;
  return abandoned.some(({ since }) => time >= since - clockSlack);
}

async function filesBelow(host: Host, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await folderEntries(host, folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(host, path)));
    else found.push(path);
  }
  return found;
}

async function folderEntries(host: Host, folder: string) {
  try {
    return await host.fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(folder, error);
  }
}

/** Removes the locks of dead writers; returns their paths. */
export async function removeStaleLocks(host: Host, gitdir: string, abandoned: readonly Abandoned[]): Promise<string[]> {
  const top = (await listIfThere(host.fs, gitdir)).map((name) => join(gitdir, name));
  const locks = [...top, ...(await filesBelow(host, join(gitdir, 'refs')))].filter((path) => path.endsWith('.lock'));
  const removed: string[] = [];
  for (const path of locks) {
    if (!(await isStaleLock(host, path, abandoned))) continue;
    await removeIfThere(host.fs, path);
    removed.push(path);
  }
  return removed;
}

async function removeTemporaries(host: Host, gitdir: string): Promise<string[]> {
  const folder = join(gitdir, 'objects/pack');
  const removed: string[] = [];
  for (const name of await listIfThere(host.fs, folder)) {
    const path = join(folder, name);
    if (!/^(\.?tmp-|tmp_)/.test(name)) continue;
    if (host.now() - ((await modified(host, path)) ?? host.now()) < temporaryLimit) continue;
    await removeIfThere(host.fs, path);
    removed.push(path);
  }
  return removed;
}

/**
 * Removes locks, scratch folders and temporary files of writers that died. Cheap when none did: one folder is listed. The
 * claims go last, so that a recovery that is itself killed is done again.
 */
export async function removeLeftovers(host: Host, gitdir: string, more: (claims: Abandoned[]) => Promise<string[]>): Promise<string[]> {
  const claims = await abandonedClaims(host, gitdir);
  if (claims.length === 0) return [];
  const locks = await removeStaleLocks(host, gitdir, claims);
  const temporaries = await removeTemporaries(host, gitdir);
  const done = await more(claims);
  for (const { path } of claims) await host.fs.rm(path, { recursive: true, force: true });
  return [...[...locks, ...temporaries, ...claims.map(({ path }) => path)].map((path) => `removed ${path}`), ...done];
}
