import { dirname, join } from 'node:path';
import { fail } from '../../errors.ts';
import type { HostFs } from '../../host.ts';
import { hexHash } from '../../model/hash.ts';
import { cannotWrite, listIfThere, readIfThere, removeIfThere, statIfThere, writeDurably } from '../../store/files.ts';
import { create, isFolderThere, makeWay, type NewFile, requireEmpty, writeNewFile } from './new-files.ts';

/** Names the files that an export made, each behind the hash of its bytes. */
const listName = '.convo-export';
const listHead = 'convo.library/1';

/** What became of the files of a folder. */
export interface LibraryFolder {
  files: number;
  size: number;
  /** Absent where the folder is new. */
  since?: { changed: number; removed: number };
  /** Files that somebody else changed: they are as they were. */
  kept: string[];
}

/**
 * Brings a folder that an export made up to date: what has changed is written, what is not told any more goes, and what somebody else made
 * or changed stays, unless `force`; so does what `stays`. A folder that holds anything else is taken only with `force`. No part of the way may be a link. Throws
 * `path-taken` and `cannot-write`.
 */
export async function writeLibrary(
  fs: HostFs,
  folder: string,
  files: AsyncIterable<NewFile>,
  { force, stays }: { force: boolean; stays: (path: string) => boolean },
): Promise<LibraryFolder> {
  const there = await isFolderThere(fs, folder);
  const before = there ? await readList(fs, join(folder, listName)) : undefined;
  if (there && !before && !force) await requireEmpty(fs, folder);
  const made = new Set<string>();
  const now = new Map<string, string>();
  const told = { files: 0, size: 0, changed: 0, kept: [] as string[] };
  await makeWay(fs, folder, folder, made);
  // From here on the folder is known as one of ours, so that a run that ends early can be run again.
  if (!before) await writeDurably(fs, join(folder, listName), `${listHead}\n`);
  for await (const { path, bytes } of files) {
    const whole = join(folder, ...path.split('/'));
    await makeWay(fs, folder, dirname(whole), made);
    told.files += 1;
    told.size += Buffer.byteLength(bytes);
    const [fresh, old] = [hexHash(bytes), before?.get(path)];
    const standing = await hashAt(fs, whole);
    now.set(path, fresh);
    if (standing === fresh) continue;
    if (standing === undefined || standing === old || force) {
      if (standing === undefined) await create(fs, whole, bytes);
      else await writeNewFile(fs, whole, bytes, true);
      told.changed += 1;
    } else {
      now.set(path, old ?? '');
      told.kept.push(path);
    }
  }
  let removed = 0;
  for (const [path, old] of before ?? []) {
    if (now.has(path)) continue;
    if (stays(path)) now.set(path, old);
    else if (await removeOurs(fs, folder, path, old)) removed += 1;
  }
  await writeDurably(fs, join(folder, listName), [listHead, ...[...now].map(([path, one]) => `${one} ${path}`), ''].join('\n'));
  const { changed, ...counts } = told;
  return { ...counts, ...(before && { since: { changed, removed } }) };
}

/** The list of an earlier export; undefined where there is none that says so. */
async function readList(fs: HostFs, path: string): Promise<Map<string, string> | undefined> {
  if (!(await statIfThere(fs, path))?.isFile()) return undefined;
  const [head, ...rows] = ((await readIfThere(fs, path)) ?? '').toString().split('\n');
  if (head !== listHead) return undefined;
  return new Map(
    rows.flatMap((row) => (isOurs(row.slice(row.indexOf(' ') + 1)) ? [[row.slice(row.indexOf(' ') + 1), row.split(' ')[0] ?? '']] : [])),
  );
}

/** Somebody else may have written the list: nothing that leads out of the folder is removed. */
const isOurs = (path: string): boolean =>
  path !== '' && !/[\\\0]/.test(path) && path.split('/').every((name) => !['', '.', '..'].includes(name));

/** The hash of a regular file; undefined where there is nothing. Throws `path-taken` for anything else. */
async function hashAt(fs: HostFs, path: string): Promise<string | undefined> {
  const there = await statIfThere(fs, path);
  if (!there) return undefined;
  if (!there.isFile()) throw fail('path-taken', { path, what: there.isSymbolicLink() ? 'a link' : 'a folder', kept: true });
  return hexHash((await readIfThere(fs, path)) ?? '');
}

/** Removes a file with the bytes that an export gave it, and the folders that it leaves empty; false where it is another one, or elsewhere. */
async function removeOurs(fs: HostFs, folder: string, path: string, old: string): Promise<boolean> {
  const names = path.split('/');
  for (let depth = 1; depth < names.length; depth += 1)
    if (!(await statIfThere(fs, join(folder, ...names.slice(0, depth))))?.isDirectory()) return false;
  const whole = join(folder, ...names);
  if (!(await statIfThere(fs, whole))?.isFile() || hexHash((await readIfThere(fs, whole)) ?? '') !== old) return false;
  await removeIfThere(fs, whole);
  for (let depth = names.length - 1; depth > 0; depth -= 1) {
    const above = join(folder, ...names.slice(0, depth));
    if ((await listIfThere(fs, above)).length > 0) break;
    try {
      fs.rmdirSync(above);
    } catch (error) {
      throw cannotWrite(above, error);
    }
  }
  return true;
}
