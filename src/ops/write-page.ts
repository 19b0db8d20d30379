import { resolve } from 'node:path';
import type { HostFs } from '../host.ts';
import { errno, readFile } from '../store/files.ts';
import type { Context } from './context.ts';
import { writeNewFile } from './export/new-files.ts';

/** A file that a command wrote for its user. */
export interface WrittenPage {
  /** The whole path. */
  path: string;
  /** Bytes. */
  size: number;
}

/** So far all pages are alike: up to the hash of the style sheet. */
const alike = 150;

/**
 * Writes a page where its user wants it, readable by the user alone as what it is made of. What stands there is replaced where it is such a page
 * itself. Throws `path-taken` and `cannot-write`.
 */
export async function writePage({ host }: Context, file: string, page: string): Promise<WrittenPage> {
  const path = resolve(host.cwd, file);
  const bytes = Buffer.from(page, 'utf8');
  const isPage = bytes.subarray(0, alike).equals(beginningOf(host.fs, path));
  await writeNewFile(host.fs, path, bytes, isPage || 'never');
  return { path, size: bytes.length };
}

/** Nothing of what cannot be read, which is no page then. */
function beginningOf(fs: HostFs, path: string): Uint8Array {
  try {
    return fs.lstatSync(path).isFile() ? readFile(fs, path, alike) : Buffer.alloc(0);
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return Buffer.alloc(0);
  }
}
