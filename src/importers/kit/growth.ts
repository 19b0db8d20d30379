import { createHash } from 'node:crypto';
import type { Bytes } from '../importer.ts';

/** Bytes before the cursor whose digest tells that a file has only grown. */
const tailSize = 4096;

/** Returns the hex sha256 of the up to 4,096 bytes before `offset` (`Cursor.tail`). */
export async function tailDigest(bytes: Bytes, offset: number): Promise<string> {
  const length = Math.min(tailSize, offset);
  return createHash('sha256')
    .update(await bytes.read(offset - length, length))
    .digest('hex');
}
