import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { Stamp } from '../importer.ts';

/** Deepest folder below the one that was asked for. */
const maxDepth = 8;
const skipped = new Set(['node_modules', '.git']);

/** Returns the entries of a folder by name; none when it is not there. Throws every other failure. */
export function list(host: Host, folder: string): Dirent[] {
  const entries = unlessAbsent(() => host.fs.readdirSync(folder, { withFileTypes: true }));
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Yields the folders below one, itself first, with their entries by name; links to folders are not followed. */
export function* folders(host: Host, folder: string, depth = 0): Generator<{ folder: string; entries: Dirent[] }> {
  const entries = list(host, folder);
  yield { folder, entries };
  if (depth >= maxDepth) return;
  for (const entry of entries)
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* folders(host, join(folder, entry.name), depth + 1);
}

/** Returns what stat tells of a path, undefined when it is not there. Throws every other failure. */
export function statOf(host: Host, path: string): Stats | undefined {
  return unlessAbsent(() => host.fs.statSync(path));
}

/** Returns the stamp of a file from what stat tells of it, and the digest of its companions. */
export function stampOf({ dev, ino, size, mtimeMs }: Stats, companions = ''): Stamp {
  return { dev, inode: ino, size, mtimeMs, companions };
}

/** Returns true for an entry that may be opened as a file; what a link leads to only stat tells. */
export const isFileOrLink = (entry: Dirent): boolean => entry.isFile() || entry.isSymbolicLink();

/** A file or folder that is not there, or has just gone, is none; every other failure is the caller's. */
function unlessAbsent<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
