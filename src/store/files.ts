import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { builtin } from '../builtin.ts';
import { ConvoError, fail } from '../errors.ts';
import type { HostFs } from '../host.ts';

export const privateFile = 0o600;
export const privateFolder = 0o700;
/** Objects and packs never change; git makes them 0444, but nobody else reads a conversation. */
export const objectMode = 0o400;

/** Returns the errno name of a failure (`ENOENT`), undefined for anything else. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Tells whether a failure says that nothing is there: the only one that may be read as "absent". */
export function isAbsent(error: unknown): boolean {
  const code = errno(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const reason = (error: unknown) => errno(error) ?? (error instanceof Error ? error.message : String(error));

/** Returns the error for a path that could not be read. */
export function cannotRead(path: string, error: unknown): ConvoError {
  return fail('cannot-read', { path, reason: reason(error) }, error);
}

/** Returns the error for a path that could not be written. */
export function cannotWrite(path: string, error: unknown): ConvoError {
  return fail('cannot-write', { path, reason: reason(error) }, error);
}

const own = { random: '', count: 0 };
/** Names in one process that differ in their number alone. */
const numbered = 0x1_0000;

/** Returns 16 hex digits that were not returned before, nor by another process. */
export function nonce(): string {
  if (own.count % numbered === 0) own.random = builtin.crypto.randomBytes(6).toString('hex');
  own.count += 1;
  return own.random + (own.count % numbered).toString(16).padStart(4, '0');
}

/** Returns a file's bytes, at most so many of them; undefined when it is not there; throws `cannot-read` on any other failure. */
export async function readIfThere(fs: HostFs, path: string, most?: number): Promise<Buffer | undefined> {
  try {
    return readFile(fs, path, most);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Returns a file's bytes, read here and now. Throws what the disk says. */
export function readFile(fs: HostFs, path: string, most = Number.POSITIVE_INFINITY): Buffer {
  const file = fs.openSync(path, 'r');
  try {
    return readAt(fs, file, 0, Math.min(fs.fstatSync(file).size, most));
  } finally {
    fs.closeSync(file);
  }
}

/** Returns what is read of a file while it is open; undefined when it is not there; throws `cannot-read` on any other failure of the disk. */
export async function withFile<Result>(
  fs: HostFs,
  path: string,
  read: (file: number, size: number) => Promise<Result>,
): Promise<Result | undefined> {
  let file: number | undefined;
  try {
    file = fs.openSync(path, 'r');
    return await read(file, fs.fstatSync(file).size);
  } catch (error) {
    if (file === undefined && isAbsent(error)) return undefined;
    throw error instanceof ConvoError ? error : cannotRead(path, error);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Returns the bytes at a place of an open file, fewer where it ends; `into`: memory for them. */
export function readAt(fs: HostFs, file: number, at: number, length: number, into = Buffer.allocUnsafe(length)): Buffer {
  let done = 0;
  for (let got = -1; got !== 0 && done < length; done += got) got = fs.readSync(file, into, done, length - done, at + done);
  return into.subarray(0, done);
}

/** Returns the names in a folder, [] when it is not there; throws `cannot-read` on any other failure. */
export async function listIfThere(fs: HostFs, path: string): Promise<string[]> {
  try {
    return fs.readdirSync(path);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(path, error);
  }
}

/** Returns what the disk says of a path, undefined when it is not there; throws `cannot-read` on any other failure. */
export async function statIfThere(fs: HostFs, path: string): Promise<Stats | undefined> {
  try {
    return fs.lstatSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Removes a file; says nothing when it is gone already. */
export async function removeIfThere(fs: HostFs, path: string): Promise<void> {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (!isAbsent(error)) throw cannotWrite(path, error);
  }
}

/** Removes a file whose writing failed: that failure is the one to report. */
export function dropUnfinished(fs: HostFs, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Told is what came first.
  }
}

/** Removes a folder with all that is in it; says nothing when it is gone already. */
export async function removeTree(fs: HostFs, path: string): Promise<void> {
  try {
    removeFlat(fs, path);
  } catch {
    removeDeep(fs, path); // other folders are in it, or something is gone already
  }
}

/** Node loads what it removes trees with, which takes longer than to remove the few files of a change. */
function removeFlat(fs: HostFs, path: string): void {
  for (const name of fs.readdirSync(path)) fs.unlinkSync(join(path, name));
  fs.rmdirSync(path);
}

function removeDeep(fs: HostFs, path: string): void {
  try {
    fs.rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Makes the names in a folder durable. Windows opens no folders and needs none to be synced. */
export async function syncFolder(fs: HostFs, path: string): Promise<void> {
  let folder: number;
  try {
    folder = fs.openSync(path, 'r');
  } catch (error) {
    if (errno(error) === 'EISDIR' || errno(error) === 'EPERM') return;
    throw cannotWrite(path, error);
  }
  try {
    fs.fsyncSync(folder);
  } catch (error) {
    if (errno(error) !== 'EINVAL' && errno(error) !== 'EPERM') throw cannotWrite(path, error);
  } finally {
    fs.closeSync(folder);
  }
}

/** The same for a folder that another git may have tidied away, which leaves nothing to sync. */
export async function syncFolderIfThere(fs: HostFs, path: string): Promise<void> {
  try {
    await syncFolder(fs, path);
  } catch (error) {
    if (!(error instanceof Error) || !isAbsent(error.cause)) throw error;
  }
}

/** Makes a folder and its parents, 0700 whatever the umask; durable on return. Returns the folders that it made. */
export async function makeFolders(fs: HostFs, path: string): Promise<string[]> {
  try {
    fs.mkdirSync(path, { mode: privateFolder });
    fs.chmodSync(path, privateFolder); // a git that packs may have removed it already, as it was empty
  } catch (error) {
    if (errno(error) === 'EEXIST') return [];
    if (errno(error) !== 'ENOENT' || dirname(path) === path) throw cannotWrite(path, error);
    const made = await makeFolders(fs, dirname(path));
    return [...made, ...(await makeFolders(fs, path))];
  }
  await syncFolder(fs, dirname(path));
  return [path];
}

/** Writes bytes to an open file. Throws what the disk says. */
export function writeAt(fs: HostFs, file: number, at: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** Writes a new file (fails when the path is taken), here and now; nothing of it is durable. Throws what the disk says. */
export function createFile(fs: HostFs, path: string, bytes: Uint8Array | string, mode = privateFile): void {
  const file = fs.openSync(path, 'wx', mode);
  try {
    writeAt(fs, file, 0, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  } finally {
    fs.closeSync(file);
  }
}

/** A file that is not there yet. */
export type NewFile = [path: string, bytes: Uint8Array | string, mode?: number];

/** Writes a new file (fails when the path is taken) and syncs it; the folder is the caller's to sync. Removes what it began. */
export function createSynced(fs: HostFs, path: string, bytes: Uint8Array | string, mode = privateFile): void {
  createAllSynced(fs, [[path, bytes, mode]]);
}

/**
 * The same for several files: all of them, or none when it throws. They are written before the first is synced, so the disk has to wait
 * once for all of them.
 */
export function createAllSynced(fs: HostFs, files: readonly NewFile[]): void {
  const opened: number[] = [];
  try {
    try {
      for (const [path, bytes, mode = privateFile] of files) {
        const file = fs.openSync(path, 'wx', mode);
        opened.push(file);
        writeAt(fs, file, 0, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
        fs.fchmodSync(file, mode);
      }
      for (const file of opened) fs.fsyncSync(file);
    } finally {
      for (const file of opened) fs.closeSync(file);
    }
  } catch (error) {
    for (const [path] of files.slice(0, opened.length)) dropUnfinished(fs, path);
    throw error;
  }
}

/**
 * Replaces a file as a whole: temporary file beside it, fsync, rename, fsync of the folder. After a crash the old or the new
 * bytes stand there, never a part. Throws `cannot-write`, and leaves no temporary file when it does.
 */
export async function writeDurably(fs: HostFs, path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${nonce()}.tmp`);
  try {
    createSynced(fs, temporary, bytes);
    try {
      fs.renameSync(temporary, path);
    } catch (error) {
      dropUnfinished(fs, temporary);
      throw error;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
  await syncFolder(fs, dirname(path));
}
