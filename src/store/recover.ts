import { join } from 'node:path';
import type { Host } from '../host.ts';
import { type Claims, claimsFolder, keepText, readClaims } from './claim.ts';
import { cannotRead, isAbsent, listIfThere, readIfThere, removeIfThere, removeTree, statIfThere } from './files.ts';
import { looseNames, looseProblem } from './loose.ts';
import { bootTime, isDead } from './owner.ts';
import { look, type Seen, takeAway } from './takeover.ts';

/** A lock or temporary file that nobody owns up to is given up after this time (git holds ref locks for milliseconds). */
const ownerlessLimit = 10 * 60_000;
const temporaryLimit = 60 * 60_000;
const clockSlack = 1_000;
/** A git that outlives its dead parent ends by itself within this time. */
const suspectLimit = 3_000;

/**
 * Tells whether a `.lock` may be taken away: ours name their owner, git's do not. Those are stale when they are older than the
 * machine's start or than ten minutes, or when a writer died that may have made them and no git of a live one runs.
 */
export async function isStaleLock(host: Host, lock: Seen, claims: Claims): Promise<boolean> {
  if (lock.owner) return isDead(host, lock.owner, lock.mtime);
  const age = host.now() - lock.mtime;
  if (lock.mtime < bootTime(host) - clockSlack || age > ownerlessLimit) return true;
  return isSuspect(lock, claims) && !claims.busy && age > suspectLimit;
}

/** A lock without an owner that a writer which died may have made. */
function isSuspect(lock: Seen, { abandoned }: Claims): boolean {
  return !lock.owner && abandoned.some(({ since }) => lock.mtime >= since - clockSlack);
}

async function filesBelow(host: Host, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of folderEntries(host, folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(host, path)));
    else found.push(path);
  }
  return found;
}

function folderEntries(host: Host, folder: string) {
  try {
    return host.fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(folder, error);
  }
}

/** Removes the locks of dead writers; returns their paths, and whether one is left that is too young to be judged. */
async function removeStaleLocks(host: Host, gitdir: string, claims: Claims): Promise<{ removed: string[]; waiting: boolean }> {
  const top = (await listIfThere(host.fs, gitdir)).map((name) => join(gitdir, name));
  const locks = [...top, ...(await filesBelow(host, join(gitdir, 'refs')))].filter((path) => path.endsWith('.lock'));
  const removed: string[] = [];
  let waiting = false;
  for (const path of locks) {
    if (await removeStaleLock(host, gitdir, path, claims)) removed.push(path);
    const left = await look(host, path);
    if (left && isSuspect(left, claims)) waiting = true;
  }
  return { removed, waiting };
}

/** Takes one lock away if it is stale; returns whether it did. */
export async function removeStaleLock(host: Host, gitdir: string, path: string, known?: Claims): Promise<boolean> {
  const lock = await look(host, path);
  if (!lock || !(await isStaleLock(host, lock, known ?? (await readClaims(host, gitdir))))) return false;
  return takeAway(host, lock, claimsFolder(gitdir));
}

async function removeTemporaries(host: Host, gitdir: string): Promise<string[]> {
  const folder = join(gitdir, 'objects/pack');
  const removed: string[] = [];
  for (const name of await listIfThere(host.fs, folder)) {
    const path = join(folder, name);
    if (!/^(\.?tmp-|tmp_)/.test(name)) continue;
    const age = host.now() - ((await statIfThere(host.fs, path))?.mtimeMs ?? host.now());
    if (age < temporaryLimit) continue;
    await removeIfThere(host.fs, path);
    removed.push(path);
  }
  return removed;
}

/** Removes the .keep files of packs that dead writers were bringing in, and a pack whose .idx had not come yet. */
async function removeHalfPacks(host: Host, gitdir: string, { abandoned }: Claims): Promise<string[]> {
  const folder = join(gitdir, 'objects/pack');
  const texts = new Set(abandoned.map(({ path }) => keepText(path)));
  const removed: string[] = [];
  for (const name of (await listIfThere(host.fs, folder)).filter((candidate) => candidate.endsWith('.keep'))) {
    const keep = join(folder, name);
    if (!texts.has((await readIfThere(host.fs, keep))?.toString() ?? '')) continue;
    const pack = keep.replace(/keep$/, 'pack');
    if (!(await statIfThere(host.fs, keep.replace(/keep$/, 'idx'))) && (await statIfThere(host.fs, pack))) {
      await removeIfThere(host.fs, pack);
      removed.push(pack);
    }
    await removeIfThere(host.fs, keep);
    removed.push(keep);
  }
  return removed;
}

/** Removes loose objects that changed since a writer died and are not what their names say; returns their paths. */
async function removeTorn(host: Host, gitdir: string, since: number): Promise<string[]> {
  const removed: string[] = [];
  for await (const { oid, path } of looseNames(host, gitdir)) {
    if (((await statIfThere(host.fs, path))?.mtimeMs ?? 0) < since) continue;
    if ((await looseProblem(host, gitdir, oid)) === undefined) continue;
    await removeIfThere(host.fs, path);
    removed.push(path);
  }
  return removed;
}

/**
 * Removes locks, scratch folders and temporary files of writers that died. Cheap when none did: one folder is listed. The
 * claims go last, so that a recovery that is itself killed is done again, and not before every lock that they explain.
 */
export async function removeLeftovers(host: Host, gitdir: string): Promise<string[]> {
  const claims = await readClaims(host, gitdir);
  const { abandoned } = claims;
  if (abandoned.length === 0) return [];
  const locks = await removeStaleLocks(host, gitdir, claims);
  const temporaries = await removeTemporaries(host, gitdir);
  const packs = await removeHalfPacks(host, gitdir, claims);
  const torn = await removeTorn(host, gitdir, Math.min(...abandoned.map(({ since }) => since)) - clockSlack);
  const folders = locks.waiting ? [] : abandoned.map(({ path }) => path);
  for (const path of folders) await removeTree(host.fs, path);
  return [...locks.removed, ...temporaries, ...packs, ...torn, ...folders].map((path) => `removed ${path}`);
}
