import { builtin } from '../../builtin.ts';
import type { HostFs } from '../../host.ts';
import { readAt } from '../files.ts';
import type { ObjectType, Oid } from '../git.ts';
import { applyDelta } from './delta.ts';
import { idDelta, offsetDelta, typeNumber } from './format.ts';
import { openIndex, type PackIndex } from './index-file.ts';

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

/** Most objects are no longer, deflated. */
const usual = 4096;
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
  return {
    read(oid) {
      const offset = index.find(oid);
      if (offset === undefined) return undefined;
      file ??= fs.openSync(path.replace(/idx$/, 'pack'), 'r');
      return objectAt(fs, file, offset, index.find);
    },
    close() {
      index.close();
      if (file !== undefined) fs.closeSync(file);
    },
  };
}

/**
 * Returns the object that begins at an offset of an open pack; undefined when it is not as it should be. `find` tells the offset of a base
 * that is named by its id.
 */
export function objectAt(fs: HostFs, file: number, offset: number, find: PackIndex['find'], depth = 0): Packed | undefined {
  let bytes = readAt(fs, file, offset, usual);
  const head = readHead(bytes);
  if (!head || head.size > longest || depth > deepest) return undefined;
  const needed = deflateBound(head.size);
  if (needed > usual) bytes = Buffer.concat([bytes, readAt(fs, file, offset + bytes.length, needed - bytes.length)]);
  const content = builtin.zlib.inflateSync(bytes.subarray(head.end), { maxOutputLength: head.size + 1, chunkSize: head.size + 64 });
  if (content.length !== head.size) return undefined;
  const type = types.get(head.type);
  if (type) return { type, content };
  const place = typeof head.base === 'number' ? offset - head.base : head.base && find(head.base);
  const base = place === undefined || place <= 0 ? undefined : objectAt(fs, file, place, find, depth + 1);
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
