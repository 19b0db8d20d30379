import { dirname, join, relative, sep } from 'node:path';
import { fail } from '../../errors.ts';
import type { HostFs } from '../../host.ts';
import { shellWord } from '../../model/shell-word.ts';
import { cannotWrite, createSynced, errno, listIfThere, makeFolders, privateFile, statIfThere, writeDurably } from '../../store/files.ts';

/** A file to be made; `path` below the folder of all, with `/`. */
export interface NewFile {
  path: string;
  bytes: Uint8Array | string;
}

/**
 * Writes one file that only the user can read. Never through a link, and over a file that is there only with `force`; 'never' where the command
 * has no such flag. Throws `path-taken` and `cannot-write`.
 */
export async function writeNewFile(fs: HostFs, path: string, bytes: Uint8Array | string, force: boolean | 'never'): Promise<void> {
  if (await isThere(fs, path, force)) return writeDurably(fs, path, bytes);
  try {
    createSynced(fs, path, bytes);
  } catch (error) {
    throw notMade(path, error);
  }
}

/** Throws what `writeNewFile` would throw for the place alone: `path-taken`, and `cannot-write` where its folder is not there. */
export async function requirePlace(fs: HostFs, path: string, force: boolean | 'never'): Promise<void> {
  if (!(await isThere(fs, path, force)) && !(await statIfThere(fs, dirname(path)))) throw noFolder(path);
}

/** Whether a file is there that may be written over. Throws `path-taken`. */
async function isThere(fs: HostFs, path: string, force: boolean | 'never'): Promise<boolean> {
  const there = await statIfThere(fs, path);
  const kept = force === 'never' ? { kept: true } : {};
  if (there && !there.isFile()) {
    const what = there.isSymbolicLink() ? 'a link' : there.isDirectory() ? 'a folder' : 'a device';
    throw fail('path-taken', { path, what, kept: true });
  }
  if (there && force !== true) throw fail('path-taken', { path, what: 'a file', ...kept });
  return there !== undefined;
}

/** Why a file could not be made anew. */
const notMade = (path: string, error: unknown): Error =>
  errno(error) === 'EEXIST'
    ? fail('path-taken', { path, what: 'a file' }, error)
    : errno(error) === 'ENOENT'
      ? noFolder(path, error)
      : cannotWrite(path, error);

const noFolder = (path: string, error?: unknown): Error =>
  fail(
    'cannot-write',
    { path, reason: 'its folder is not there', hint: `Make the folder first: mkdir -p ${shellWord(dirname(path))}` },
    error,
  );

/** Whether a folder is there to write into. Throws `path-taken` for anything else in its place. */
export async function isFolderThere(fs: HostFs, folder: string): Promise<boolean> {
  const there = await statIfThere(fs, folder);
  if (there && !there.isDirectory())
    throw fail('path-taken', { path: folder, what: there.isSymbolicLink() ? 'a link' : 'a file', kept: true });
  return there !== undefined;
}

/** Throws `path-taken` for a folder that holds anything. */
export async function requireEmpty(fs: HostFs, folder: string): Promise<void> {
  if ((await listIfThere(fs, folder)).length > 0) throw fail('path-taken', { path: folder, what: 'a folder that is not empty' });
}

/**
 * Writes files below a folder, which is made; one that holds anything only with `force`, and then nothing but these files is touched. No part
 * of the way may be a link. Returns how many there were, and their bytes in all. Throws `path-taken` and `cannot-write`.
 */
export async function writeNewFiles(
  fs: HostFs,
  folder: string,
  files: readonly NewFile[],
  force: boolean,
): Promise<{ files: number; size: number }> {
  if ((await isFolderThere(fs, folder)) && !force) await requireEmpty(fs, folder);
  const made = new Set<string>();
  const told = { files: 0, size: 0 };
  for (const { path, bytes } of files) {
    const whole = join(folder, ...path.split('/'));
    await makeWay(fs, folder, dirname(whole), made);
    told.files += 1;
    told.size += Buffer.byteLength(bytes);
    if (force && (await statIfThere(fs, whole))) await writeNewFile(fs, whole, bytes, true);
    else await create(fs, whole, bytes);
  }
  if (told.files === 0) await makeFolders(fs, folder);
  return told;
}

/** Makes a file that is not there. Thousands of them are not synced one by one: what an export made can be made again. Throws `path-taken` and `cannot-write`. */
export async function create(fs: HostFs, path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await fs.writeFile(path, bytes, { flag: 'wx', mode: privateFile });
  } catch (error) {
    throw notMade(path, error);
  }
}

/** Makes a folder below a root and all on the way to it; `made` are known already. Throws `path-taken` where one of them is no folder. */
export async function makeWay(fs: HostFs, root: string, folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  const names = relative(root, folder)
    .split(sep)
    .filter((name) => name !== '');
  let at = root;
  for (const name of ['', ...names]) {
    at = join(at, name);
    if (made.has(at)) continue;
    await makeFolders(fs, at);
    const there = await statIfThere(fs, at);
    if (!there?.isDirectory()) throw fail('path-taken', { path: at, what: there?.isSymbolicLink() ? 'a link' : 'a file', kept: true });
    made.add(at);
  }
}
