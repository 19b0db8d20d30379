import type { HostFs } from '../../host.ts';
import { readAt } from '../files.ts';
import type { ObjectType, Oid } from '../git.ts';
import { applyDelta } from './delta.ts';
import { idDelta, offsetDelta, typeNumber } from './format.ts';
import { openIndex, type PackIndex } from './index-file.ts';
import { type Inflate, startInflate } from './inflate.ts';

/** A pack with its index. */
export interface Pack {
  /** Returns an object; undefined when the pack does not hold it, or not as it should be: git tells which. */
  read(oid: Oid): Packed | undefined;
  close(): void;
}

export interface Packed {
  type: ObjectType;
  content: Uint8Array;
}

const types = new Map((Object.keys(typeNumber) as ObjectType[]).map((type) => [typeNumber[type], type]));

/** Returns the type of a number, undefined for that of a delta. */
export const typeOf = (number: number): ObjectType | undefined => types.get(number);

/** Objects of one conversation stand together, the bases of deltas before them: a piece of the pack holds most of what is asked for next. */
const windowSize = 64 << 10;
const before = 40 << 10;
/** Bytes of an object's type, size and base at most. */
const mostHead = 64;
/** What is longer is git's to read; so is a chain of more deltas than git makes. */
const longest = 32 * 1024 * 1024;
const deepest = 64;
/** More than deflate ever adds to what it cannot shorten (zlib's compressBound), and the object's own header. */
const deflateBound = (size: number) => size + (size >> 3) + 128;

/** Opens a pack by the path of its index; undefined when the index is of a kind not known here. Throws what the disk says. */
export function openPack(fs: HostFs, path: string): Pack | undefined {
  const index = openIndex(fs, path);
  if (!index) return undefined;
  let file: number | undefined;
  let reads: PackReads | undefined;
  return {
    read(oid) {
      const offset = index.find(oid);
      if (offset === undefined) return undefined;
      file ??= fs.openSync(path.replace(/idx$/, 'pack'), 'r');
      reads ??= { bytes: windowOver(fs, file), inflate: startInflate(), find: index.find };
      return objectAt(reads, offset);
    },
    close() {
      index.close();
      if (file !== undefined) fs.closeSync(file);
    },
  };
}

/** Returns reads of a file that is not written any more. What it returns is another's with the next read. */
function windowOver(fs: HostFs, file: number): PackReads['bytes'] {
  const memory = Buffer.allocUnsafeSlow(windowSize);
  let held: Buffer = memory.subarray(0, 0);
  let [start, end] = [0, 0];
  return (at, length) => {
    if (length > windowSize - before) return readAt(fs, file, at, length);
    if (at < start || at + length > end) {
      start = Math.max(0, at - before);
      held = readAt(fs, file, start, windowSize, memory);
      end = held.length < windowSize ? Number.POSITIVE_INFINITY : start + windowSize;
    }
    return held.subarray(at - start, at - start + length);
  };
}

/** How a pack is read. */
export interface PackReads {
  /** Bytes at a place, fewer where the file ends; good until the next call. */
  bytes: (at: number, length: number) => Buffer;
  inflate: Inflate;
  /** The offset of a base that is named by its id. */
  find: PackIndex['find'];
}

/** Returns the object that begins at an offset of a pack; undefined when it is not as it should be. */
export function objectAt(reads: PackReads, offset: number, depth = 0): Packed | undefined {
  const head = readHead(reads.bytes(offset, mostHead));
  if (!head || head.size > longest || depth > deepest) return undefined;
  const content = reads.inflate(reads.bytes(offset + head.end, deflateBound(head.size)), head.size);
  if (content.length !== head.size) return undefined;
  const type = types.get(head.type);
  if (type) return { type, content };
  const place = typeof head.base === 'number' ? offset - head.base : head.base && reads.find(head.base);
  const base = place === undefined || place <= 0 ? undefined : objectAt(reads, place, depth + 1);
  const whole = base && applyDelta(base.content, content, longest);
  return base && whole && { type: base.type, content: whole };
}

/** What stands before an object in a pack. */
export interface PackedHead {
  type: number;
  /** Of what is inflated. */
  size: number;
  /** Of a delta: how far before it its base begins, or its base's id. */
  base?: number | Oid;
  end: number;
}

/** Returns what stands at the beginning of these bytes; undefined when that is no object. */
export function readHead(bytes: Buffer): PackedHead | undefined {
  let end = 0;
  const next = () => bytes[end++] ?? 0;
  let byte = next();
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let unit = 16; byte & 0x80 && end < bytes.length; unit *= 128) {
    byte = next();
    size += (byte & 0x7f) * unit;
  }
  if (types.has(type)) return { type, size, end };
  if (type === idDelta) return { type, size, base: bytes.toString('hex', end, end + 20) as Oid, end: end + 20 };
  if (type !== offsetDelta) return undefined;
  byte = next();
  let base = byte & 0x7f;
  while (byte & 0x80 && end < bytes.length) {
    byte = next();
    base = (base + 1) * 128 + (byte & 0x7f);
  }
  return { type, size, base, end };
}
