import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { builtin } from '../builtin.ts';
import { type ConvoError, fail } from '../errors.ts';
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

/** Returns 16 hex digits that no other process has. */
export function nonce(): string {
  return builtin.crypto.randomBytes(8).toString('hex');
}

/** Returns a file's bytes, undefined when it is not there; throws `cannot-read` on any other failure. */
export async function readIfThere(fs: HostFs, path: string): Promise<Buffer | undefined> {
  try {
    return readFile(fs, path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Returns a file's bytes, read here and now. Throws what the disk says. */
export function readFile(fs: HostFs, path: string): Buffer {
  const file = fs.openSync(path, 'r');
  try {
    return readAt(fs, file, 0, fs.fstatSync(file).size);
  } finally {
    fs.closeSync(file);
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
    return await fs.readdir(path);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(path, error);
  }
}

/** Returns what the disk says of a path, undefined when it is not there; throws `cannot-read` on any other failure. */
export async function statIfThere(fs: HostFs, path: string): Promise<Stats | undefined> {
  try {
    return await fs.lstat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Removes a file; says nothing when it is gone already. */
export async function removeIfThere(fs: HostFs, path: string): Promise<void> {
  try {
    await fs.unlink(path);
  } catch (error) {
    if (!isAbsent(error)) throw cannotWrite(path, error);
  }
}

/** Removes a folder with all that is in it; says nothing when it is gone already. */
export async function removeTree(fs: HostFs, path: string): Promise<void> {
  try {
    await fs.rm(path, { recursive: true, force: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Makes the names in a folder durable. Windows opens no folders and needs none to be synced. */
export async function syncFolder(fs: HostFs, path: string): Promise<void> {
  let handle: Awaited<ReturnType<HostFs['open']>>;
  try {
    handle = await fs.open(path, 'r');
  } catch (error) {
    if (errno(error) === 'EISDIR' || errno(error) === 'EPERM') return;
    throw cannotWrite(path, error);
  }
  try {
    await handle.sync();
  } catch (error) {
    if (errno(error) !== 'EINVAL' && errno(error) !== 'EPERM') throw cannotWrite(path, error);
  } finally {
    await handle.close();
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
    await fs.mkdir(path, { mode: privateFolder });
    await fs.chmod(path, privateFolder); // a git that packs may have removed it already, as it was empty
  } catch (error) {
    if (errno(error) === 'EEXIST') return [];
    if (errno(error) !== 'ENOENT' || dirname(path) === path) throw cannotWrite(path, error);
    const made = await makeFolders(fs, dirname(path));
    return [...made, ...(await makeFolders(fs, path))];
  }
  await syncFolder(fs, dirname(path));
  return [path];
}

/** Writes a new file (fails when the path is taken) and syncs it; the folder is the caller's to sync. Removes what it began. */
export async function createSynced(fs: HostFs, path: string, bytes: Uint8Array | string, mode = privateFile): Promise<void> {
  const handle = await fs.open(path, 'wx', mode);
  try {
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await fs.unlink(path).catch(() => undefined); // the failure to report is the first one
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
    await createSynced(fs, temporary, bytes);
    try {
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.unlink(temporary).catch(() => undefined); // the failure to report is the first one
      throw error;
    }
  } catch (error) {
    throw cannotWrite(path, error);
  }
  await syncFolder(fs, dirname(path));
}
