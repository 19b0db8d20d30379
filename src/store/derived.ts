import { basename, dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { cannotWrite, isAbsent, makeFolders, nonce, privateFile } from './files.ts';

/**
 * Replaces a derived file as a whole, without waiting for the disk: after a power cut it may be old or gone, and is made anew.
 * Throws `cannot-write`.
 */
export async function writeDerived({ fs }: Host, path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${nonce()}.tmp`);
  const write = () => fs.writeFile(temporary, bytes, { mode: privateFile });
  try {
    await write().catch(async (error: unknown) => {
      if (!isAbsent(error)) throw error;
      await makeFolders(fs, dirname(path));
      await write();
    });
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.unlink(temporary).catch(() => undefined); // the failure to report is the first one
    throw cannotWrite(path, error);
  }
}
