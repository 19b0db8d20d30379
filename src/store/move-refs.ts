import { dirname, join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotWrite, createAllSynced, createSynced, errno, type NewFile, nonce, removeIfThere, syncFolderIfThere } from './files.ts';
import type { Oid, RefMove } from './git.ts';
import { refNames } from './list-refs.ts';
import { assertMoves } from './names.ts';
import { packedLines, packedOid, writePacked } from './packed-refs.ts';
import { noRoom, type RefLocks, refLocks } from './ref-locks.ts';
import { readLoose } from './refs.ts';

/** Files that are open together. */
const atOnce = 64;

/** Files in the claim's folder with what stands in a ref that points there, durable already; each becomes one ref. */
export type ReadyRefs = Map<Oid, string>;

/** Refs that are worth files before it is known that they move. */
const fewRefs = 8;

/** Returns the files that refs to these commits can become; none where they are many. */
export const refFiles = (folder: string, tips: readonly Oid[]): ReadonlyMap<Oid, NewFile> =>
  new Map(tips.length > fewRefs ? [] : tips.map((oid) => [oid, refFile(folder, oid)]));

const refFile = (folder: string, oid: Oid): NewFile => [join(folder, `ref-${nonce()}`), `${oid}\n`];

/** What moving refs needs to know of objects. */
export type HasCommit = (oid: Oid) => Promise<boolean>;

/** A move with what stands before it: the file that will become the ref. */
interface Prepared extends RefMove {
  path: string;
  /** Synced file with the new value; undefined for a deletion. */
  file: string | undefined;
}

/**
 * Moves all refs or none, by git's own protocol: every lock in sorted order, then the comparison (never before the lock is
 * held), the new values on disk, the renames, the folders' sync. packed-refs is rewritten, under its own lock, for deletions.
 */
export async function moveLooseRefs(
  host: Host,
  gitdir: string,
  folder: string,
  moves: readonly RefMove[],
  has: HasCommit,
  ready: ReadyRefs = new Map(),
): Promise<void> {
  assertMoves(moves);
  if (moves.length === 0) return;
  const sorted = [...moves].sort((a, b) => (a.ref < b.ref ? -1 : 1));
  const locks = await refLocks(host, gitdir, folder);
  const scratch: string[] = [];
  try {
    for (const { ref } of sorted) await locks.take(ref);
    await compare(host, gitdir, sorted, has, locks);
    const prepared = prepare(host, gitdir, folder, sorted, scratch, ready);
    await dropPacked(host, gitdir, folder, sorted);
    await commit(host, prepared);
    scratch.length = 0; // each file is the ref now
    await locks.releaseAll();
    await syncFolders(host, gitdir, sorted);
  } finally {
    await locks.releaseAll();
    for (const path of scratch) await removeIfThere(host.fs, path);
  }
}

async function compare(host: Host, gitdir: string, moves: readonly RefMove[], has: HasCommit, locks: RefLocks): Promise<void> {
  if (moves.some(({ to }) => to === null)) await locks.take('packed-refs');
  for (const { ref, from, to } of moves) {
    const value = (await readLoose(host, gitdir, ref)) ?? packedOid(host, gitdir, ref) ?? null;
    if (value !== from) throw fail('ref-moved', { ref });
    if (to !== null && !(await has(to))) throw fail('bad-object', { oid: to, reason: `${ref} cannot point to it: it is no commit here` });
    if (from === null) await assertRoom(host, gitdir, ref);
  }
}

/** A ref cannot stand where another one needs a folder, nor the other way round. Above another ref there are folders already. */
async function assertRoom(host: Host, gitdir: string, ref: string): Promise<void> {
  const beside = await refNames(host, gitdir, `${dirname(ref)}/`);
  const below = beside.find((name) => name.startsWith(`${ref}/`));
  if (below !== undefined) throw noRoom(below, ref);
  if (beside.length > 0) return;
  for (let above = dirname(ref); above.includes('/'); above = dirname(above)) {
    if ((packedOid(host, gitdir, above) ?? (await readLoose(host, gitdir, above))) !== undefined) throw noRoom(above, ref);
  }
}

function prepare({ fs }: Host, gitdir: string, folder: string, moves: readonly RefMove[], scratch: string[], ready: ReadyRefs): Prepared[] {
  const files: NewFile[] = [];
  const fileFor = (to: Oid) => {
    const there = ready.get(to);
    if (there !== undefined) {
      ready.delete(to);
      scratch.push(there);
      return there;
    }
    files.push(refFile(folder, to));
    return files.at(-1)?.[0];
  };
  const prepared = moves.map(
    ({ ref, from, to }): Prepared => ({ ref, from, to, path: join(gitdir, ref), file: to === null ? undefined : fileFor(to) }),
  );
  try {
    for (let at = 0; at < files.length; at += atOnce) {
      const some = files.slice(at, at + atOnce);
      createAllSynced(fs, some);
      scratch.push(...some.map(([path]) => path));
    }
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  return prepared;
}

/** Takes deleted refs out of packed-refs, before their own files go: in between they still stand. */
async function dropPacked(host: Host, gitdir: string, folder: string, moves: readonly RefMove[]): Promise<void> {
  const gone = new Set(moves.filter(({ ref, to }) => to === null && packedOid(host, gitdir, ref) !== undefined).map(({ ref }) => ref));
  if (gone.size === 0) return;
  const kept: string[] = [];
  let dropping = false;
  for (const line of packedLines(host, gitdir)) {
    if (!line.startsWith('^')) dropping = gone.has(line.slice(41));
    if (!dropping) kept.push(`${line}\n`);
  }
  await writePacked(host, gitdir, folder, kept.join(''));
}

async function commit(host: Host, prepared: readonly Prepared[]): Promise<void> {
  for (const move of prepared) {
    try {
      if (move.file === undefined) await removeIfThere(host.fs, move.path);
      else place(host, move.file, move.path);
    } catch (error) {
      for (const other of prepared) await takeBack(host, other);
      throw cannotWrite(move.path, error);
    }
  }
}

/** Renames a file to its place; a folder there that packing or a deletion left empty gives way. */
function place(host: Host, file: string, path: string): void {
  try {
    host.fs.renameSync(file, path);
  } catch (error) {
    if (errno(error) !== 'EISDIR' && errno(error) !== 'ENOTEMPTY' && errno(error) !== 'EEXIST') throw error;
    removeEmptyFolders(host, path);
    host.fs.renameSync(file, path);
  }
}

function removeEmptyFolders(host: Host, path: string): void {
  for (const entry of host.fs.readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(host, join(path, entry.name));
  }
  host.fs.rmdirSync(path);
}

/** Puts a ref back to where it stood before, whether it was moved already or not. */
async function takeBack(host: Host, { path, file, from }: Prepared): Promise<void> {
  if (from === null) return removeIfThere(host.fs, path);
  const temporary = `${file ?? join(dirname(path), '.back')}-${nonce()}`;
  createSynced(host.fs, temporary, `${from}\n`);
  host.fs.renameSync(temporary, path);
}

async function syncFolders(host: Host, gitdir: string, moves: readonly RefMove[]): Promise<void> {
  const folders = new Set(moves.map(({ ref }) => dirname(join(gitdir, ref))));
  for (const folder of folders) await syncFolderIfThere(host.fs, folder);
}
