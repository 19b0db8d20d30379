import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Bytes } from '../../importers/importer.ts';
import { readAt } from '../../store/files.ts';
import type { Memory } from '../../store/memory.ts';

const pieceSize = 256 << 10;
/** Files up to this size are read whole, so that scan and turns read them once each. */
const wholeSize = 8 << 20;

/**
 * Returns the bytes of a file, opened read-only, a small one read whole into `memory`; `parts`: only some of it will be wanted.
 * Throws `cannot-read`.
 */
export async function fileBytes(host: Host, path: string, parts: boolean, memory: Memory): Promise<Bytes> {
  const small = parts ? undefined : readSmall(host, path, memory);
  if (small) return small;
  const file = await host.fs.open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { size } = await file.stat();
    return partsOf(file, size);
  } catch (error) {
    await file.close().catch(() => undefined); // the failure to report is the first one
    throw unreadable(path, error);
  }
}

/** Undefined for a larger file. Of thousands of small files, waiting for other threads takes ten times as long as reading them. */
function readSmall({ fs }: Host, path: string, memory: Memory): Bytes | undefined {
  try {
    const file = fs.openSync(path, 'r');
    try {
      const { size } = fs.fstatSync(file);
      if (size > wholeSize) return undefined;
      const taken = memory.take(size);
      return { ...memoryBytes(readAt(fs, file, 0, size, taken)), close: async () => memory.giveBack(taken) };
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) =>
  fail('cannot-read', { path, reason: error instanceof Error ? error.message : String(error) }, error);

type File = Awaited<ReturnType<Host['fs']['open']>>;

function partsOf(file: File, size: number): Bytes {
  const read = async (offset: number, length: number) => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  };
  return { size, read: readAhead(read), stream: (from) => pieces(read, from, size), close: () => file.close() };
}

/** Returns bytes that are in memory already. */
export function memoryBytes(whole: Uint8Array): Bytes {
  const read = async (offset: number, length: number) => whole.subarray(offset, offset + length);
  return { size: whole.length, read, stream: (from) => pieces(read, from, whole.length), close: async () => {} };
}

type Read = Bytes['read'];

async function* pieces(read: Read, from: number, size: number): AsyncIterable<Uint8Array> {
  for (let at = from; at < size; ) {
    const piece = await read(at, Math.min(pieceSize, size - at));
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

/** Small reads that follow each other are served from one larger one. */
function readAhead(read: Read): Read {
  let start = 0;
  let held: Uint8Array = new Uint8Array();
  return async (offset, length) => {
    if (offset < start || offset + length > start + held.length) {
      start = offset;
      held = await read(offset, Math.max(length, pieceSize));
    }
    return held.subarray(offset - start, offset - start + length);
  };
}
