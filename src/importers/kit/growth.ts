import { createHash } from 'node:crypto';
import type { Bytes } from '../importer.ts';
import type { Line } from './jsonl.ts';

/** Bytes before the cursor whose digest tells that a file has only grown. */
const tailSize = 4096;

/** Returns the hex sha256 of the up to 4,096 bytes before `offset` (`Cursor.tail`). */
export async function tailDigest(bytes: Bytes, offset: number): Promise<string> {
  const length = Math.min(tailSize, offset);
  return createHash('sha256')
    .update(await bytes.read(offset - length, length))
    .digest('hex');
}

/** Returns as much of a line as counts: of one without its end all when it is final, else what counted before, up to the offset `given`. */
export function countedPart(line: Line, complete: boolean, given: number): Line | undefined {
  if (line.terminated || complete) return line;
  const length = given - line.offset;
  if (length <= 0) return undefined;
  return { ...line, length, ...(line.bytes ? { bytes: line.bytes.subarray(0, length) } : {}) };
}
