import { Decompress } from 'fzstd';
import type { Bytes } from '../importer.ts';

/** Compressed bytes given to the decompressor at once: at most about 32 MB come out, whatever the ratio. */
const slice = 1024;
/** Decompressed bytes that are kept: all of a file up to this size, else a window behind the last read. */
const keptWhole = 32 << 20;
const keptWindow = 8 << 20;
/** Kept from the end, for the digest before a cursor. */
const keptTail = 128 << 10;

interface Piece {
  offset: number;
  data: Uint8Array;
}

/**
 * Returns the decompressed bytes of a zstd file (RFC 8878; several frames are one after the other). Up to 32 MB stay in memory.
 * A greater file is decompressed once to count it, once for each `stream`, and once for all `read`s that go forward; it never
 * takes more than about 50 MB. Throws when not even the first block can be read; where a later one cannot, the bytes end
 * there and `broken` tells why.
 */
export async function unzstd(compressed: Bytes): Promise<Bytes> {
  const counted = await count(compressed);
  const { size, tail, whole, broken } = counted;
  const forward = new Forward(() => decompressed(compressed));
  return {
    size,
    ...(broken === undefined ? {} : { broken }),
    async read(offset, length) {
      const end = Math.min(offset + length, size);
      if (offset >= end) return new Uint8Array(0);
      return cut(whole ?? tail, offset, end) ?? (await forward.read(offset, end));
    },
    async *stream(from) {
      if (whole) for (const piece of whole) yield* behind(piece, from);
      else for await (const piece of decompressed(compressed)) yield* behind(piece, from);
    },
    close: () => compressed.close(),
  };
}

function* behind({ offset, data }: Piece, from: number): Generator<Uint8Array> {
  if (offset + data.length > from) yield data.subarray(Math.max(0, from - offset));
}

interface Counted {
  size: number;
  /** All pieces of a file that is small enough. */
  whole?: Piece[];
  tail: Piece[];
  broken?: string;
}

async function count(compressed: Bytes): Promise<Counted> {
  let size = 0;
  let whole: Piece[] | undefined = [];
  const tail: Piece[] = [];
  let broken: string | undefined;
  const stop = (reason: string): void => {
    broken = reason;
  };
  for await (const piece of decompressed(compressed, stop)) {
    size += piece.data.length;
    if (size > keptWhole) whole = undefined;
    whole?.push(piece);
    tail.push(piece);
    while (tail.length > 1 && size - (tail[1]?.offset ?? 0) >= keptTail) tail.shift();
  }
  if (size === 0 && broken !== undefined) throw new Error(`cannot be decompressed: ${broken}`);
  return { size, tail, ...(whole ? { whole } : {}), ...(broken === undefined ? {} : { broken }) };
}

/** Yields the decompressed pieces; ends at the first fault, which it tells. */
async function* decompressed(compressed: Bytes, broken: (reason: string) => void = () => {}): AsyncGenerator<Piece> {
  const ready: Piece[] = [];
  let offset = 0;
  const stream = new Decompress((data) => {
    if (data.length > 0) ready.push({ offset, data: data.slice() });
    offset += data.length;
  });
  for await (const piece of compressed.stream(0)) {
    for (let at = 0; at < piece.length; at += slice) {
      const fault = push(stream, piece.subarray(at, at + slice), false);
      yield* ready.splice(0);
      if (fault !== undefined) return broken(fault);
    }
  }
  const fault = push(stream, new Uint8Array(0), true);
  yield* ready.splice(0);
  if (fault !== undefined) broken(fault);
}

function push(stream: Decompress, data: Uint8Array, final: boolean): string | undefined {
  try {
    stream.push(data, final);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the bytes from `from` to `to` when the pieces, which follow each other, hold them all. */
function cut(pieces: readonly Piece[], from: number, to: number): Uint8Array | undefined {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last || from < first.offset || to > last.offset + last.data.length) return undefined;
  const whole = new Uint8Array(to - from);
  for (const { offset, data } of pieces) {
    if (offset + data.length <= from || offset >= to) continue;
    whole.set(data.subarray(Math.max(0, from - offset), to - offset), Math.max(0, offset - from));
  }
  return whole;
}

/** Reads that go forward, out of one run of the decompressor. */
class Forward {
  private readonly start: () => AsyncGenerator<Piece>;
  private run: AsyncGenerator<Piece> | undefined;
  private held: Piece[] = [];

  constructor(start: () => AsyncGenerator<Piece>) {
    this.start = start;
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    if (!this.run || from < (this.held[0]?.offset ?? 0)) {
      this.run = this.start();
      this.held = [];
    }
    for (;;) {
      const found = cut(this.held, from, to);
      if (found) return found;
      const next = await this.run.next();
      if (next.done) return new Uint8Array(0);
      this.held.push(next.value);
      this.forget(Math.max(0, from - keptWindow));
    }
  }

  private forget(before: number): void {
    const keep = this.held.findIndex(({ offset, data }) => offset + data.length > before);
    if (keep > 0) this.held.splice(0, keep);
  }
}

/** Returns up to `limit` bytes from the head of a zstd file, of which `compressed` is the head; none when it is no zstd. */
export function decompressedHead(compressed: Uint8Array, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((data) => {
    if (size < limit) pieces.push(data.slice(0, limit - size));
    size += data.length;
  });
  for (let at = 0; at < compressed.length && size < limit; at += slice) {
    if (push(stream, compressed.subarray(at, at + slice), false) !== undefined) break;
  }
  return Buffer.concat(pieces);
}
