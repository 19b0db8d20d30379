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

/**
 * Returns the same bytes with a memory: what `stream` gave is kept while it is at most `limit` bytes in all, and `read` takes
 * from there what it can, so a small file is read once.
 */
export function remembering(bytes: Bytes, limit: number): Bytes {
  let held: { offset: number; piece: Uint8Array }[] = [];
  let size = 0;
  let next = -1;
  const remember = (offset: number, piece: Uint8Array): void => {
    if (offset !== next) {
      held = [];
      size = 0;
    }
    next = offset + piece.length;
    size += piece.length;
    if (size <= limit) held.push({ offset, piece });
    else held = [];
  };
  return {
    get size() {
      return bytes.size;
    },
    async read(offset, length) {
      return fromMemory(held, offset, length) ?? (await bytes.read(offset, length));
    },
    async *stream(from) {
      let at = from;
      for await (const piece of bytes.stream(from)) {
        remember(at, piece);
        at += piece.length;
        yield piece;
      }
    },
    close: () => bytes.close(),
  };
}

function fromMemory(held: { offset: number; piece: Uint8Array }[], offset: number, length: number): Uint8Array | undefined {
  const last = held.at(-1);
  const first = held[0];
  if (!first || !last || offset < first.offset || offset + length > last.offset + last.piece.length) return undefined;
  let low = 0;
  let high = held.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((held[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = held[low];
  if (start && offset + length <= start.offset + start.piece.length)
    return start.piece.subarray(offset - start.offset, offset - start.offset + length);
  const out = new Uint8Array(length);
  for (let index = low; index < held.length; index += 1) {
    const entry = held[index];
    if (!entry || entry.offset >= offset + length) break;
    const from = Math.max(offset, entry.offset);
    const to = Math.min(offset + length, entry.offset + entry.piece.length);
    out.set(entry.piece.subarray(from - entry.offset, to - entry.offset), from - offset);
  }
  return out;
}
