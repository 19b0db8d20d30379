import { basename, dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { cannotWrite, createFile, dropUnfinished, isAbsent, makeFolders, nonce } from './files.ts';

/**
 * Replaces a derived file as a whole, without waiting for the disk: after a power cut it may be old or gone, and is made anew.
 * Throws `cannot-write`.
 */
export async function writeDerived({ fs }: Host, path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${nonce()}.tmp`);
  try {
    try {
      createFile(fs, temporary, bytes);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      await makeFolders(fs, dirname(path));
      createFile(fs, temporary, bytes);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    dropUnfinished(fs, temporary);
    throw cannotWrite(path, error);
  }
}
