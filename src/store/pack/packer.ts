import { builtin } from '../../builtin.ts';
import type { Oid } from '../git.ts';
import { type Deflate, mostDeflated, startDeflate } from './deflate.ts';
import { encodeIndex } from './encode-index.ts';
import { offsetDelta } from './format.ts';
import { adler32 } from './inflate.ts';

/** Objects in the order in which they go into a pack. */
export interface Batch {
  /** Their ids in hex, one behind the other. */
  oids: string;
  /** Numbers as in format.ts. */
  types: Uint8Array;
  /** Bytes of each content. */
  sizes: Uint32Array;
  /** Of a delta: which object of the pack it starts from, by number. */
  bases: Uint32Array;
  /** The contents, one behind the other; there may be more bytes behind them. */
  contents: Uint8Array;
  /** Memory for the answer, if that fits into it. */
  room: Uint8Array;
}

/** The same objects as they stand in a pack. The memory of the batch comes back with them, to be used again. */
export interface PackedBatch {
  contents: Uint8Array;
  room: Uint8Array;
  /** How much of the room they take. */
  size: number;
  /** Bytes of each object in the pack. */
  lengths: Uint32Array;
}

/** An object as it stands in a pack that was packed by itself. */
export interface PackedAlone {
  oid: Oid;
  /** Its bytes there, and the CRC-32 of them. */
  length: number;
  sum: number;
}

/** Packs the batches of one pack, each answer in the order of the questions; a batch that it was given is its own. */
export interface Packer {
  pack(batch: Batch): Promise<PackedBatch>;
  /** Tells what stands behind that which was packed. */
  pass(alone: PackedAlone): void;
  /** Returns the index of all that was told, as encodeIndex does. */
  index(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes of a pack before its first object. */
export const headLength = 12;

/** Returns them, for a pack of so many objects. */
export function packHead(objects: number): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(objects, 8);
  return head;
}

/** What is shorter takes longer to deflate than it gains. */
const worthDeflating = 500;

/** Bytes in front of the content of an object at most: its type and size, and where the base of a delta begins. */
const mostHead = 20;

/** Packs the batches of one pack on the thread that asks. */
export interface Packing {
  pack(batch: Batch): PackedBatch;
  pass(alone: PackedAlone): void;
  index(): Uint8Array;
}

/** Returns what packs one batch behind the other; content shorter than `worth` (64 KB at most) is not deflated. */
export function startPack(worth = worthDeflating): Packing {
  const oids: string[] = [];
  const offsets: number[] = [];
  const sums: number[] = [];
  let end = headLength;
  let deflate: Deflate | undefined;
  const add = (length: number, sum: number) => {
    offsets.push(end);
    sums.push(sum);
    end += length;
  };
  const pack = ({ oids: own, types, sizes, bases, contents, room }: Batch): PackedBatch => {
    deflate ??= startDeflate();
    oids.push(own);
    const lengths = new Uint32Array(types.length);
    let [into, at, from] = [room, 0, 0];
    for (const [index, size] of sizes.entries()) {
      const type = types[index] ?? 0;
      const back = type === offsetDelta ? end - (offsets[bases[index] ?? 0] ?? 0) : undefined;
      const content = contents.subarray(from, from + size);
      into = withRoom(into, at, mostPacked(size));
      const length = put(content.length < worth ? undefined : deflate, type, content, back, into, at);
      lengths[index] = length;
      add(length, builtin.zlib.crc32(into.subarray(at, at + length)));
      at += length;
      from += size;
    }
    return { contents, room: into, size: at, lengths };
  };
  const pass = ({ oid, length, sum }: PackedAlone) => {
    oids.push(oid);
    add(length, sum);
  };
  return { pack, pass, index: () => encodeIndex({ ids: Buffer.from(oids.join(''), 'hex'), offsets, sums }) };
}

const mostPacked = (size: number) => mostHead + mostDeflated(size);

/** Returns the same bytes in a larger memory where the rest of it is too small. */
function withRoom(bytes: Uint8Array, used: number, wanted: number): Uint8Array {
  if (bytes.length - used >= wanted) return bytes;
  const larger = new Uint8Array(Math.max(bytes.length * 2, used + wanted));
  larger.set(bytes.subarray(0, used));
  return larger;
}

/** Returns one object as it stands in a pack, with the CRC-32 of it. */
export function packOne(type: number, content: Uint8Array, deflate = startDeflate()): { bytes: Uint8Array; sum: number } {
  const room = Buffer.allocUnsafeSlow(mostPacked(content.length));
  const bytes = room.subarray(0, put(content.length < worthDeflating ? undefined : deflate, type, content, undefined, room, 0));
  return { bytes, sum: builtin.zlib.crc32(bytes) };
}

/** Writes one object as it stands in a pack; `back`: how far before it the base of a delta begins. Returns its length. */
function put(
  deflate: Deflate | undefined,
  type: number,
  content: Uint8Array,
  back: number | undefined,
  into: Uint8Array,
  at: number,
): number {
  const head = entryHead(type, content.length, back);
  into.set(head, at);
  const body = at + head.length;
  return head.length + (deflate ? deflate(content, into, body) : putStored(content, into, body));
}

/** Type and size: 4 bits beside the type, then 7 a byte, lowest first; of a delta how far back its base begins, highest first. */
function entryHead(type: number, size: number, back: number | undefined): Uint8Array {
  const bytes: number[] = [];
  let low = (type << 4) | (size & 15);
  let rest = Math.floor(size / 16);
  for (; rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(low | 0x80);
    low = rest & 0x7f;
  }
  bytes.push(low);
  if (back === undefined) return Uint8Array.from(bytes);
  const far = [back % 128];
  for (let more = Math.floor(back / 128); more > 0; more = Math.floor(more / 128)) {
    more -= 1;
    far.unshift((more % 128) | 0x80);
  }
  return Uint8Array.from([...bytes, ...far]);
}

/** Writes content of up to 65,535 bytes as zlib data that are not compressed (RFC 1950, RFC 1951 3.2.4); returns their length. */
function putStored(content: Uint8Array, into: Uint8Array, at: number): number {
  const size = content.length;
  into.set([0x78, 0x01, 1, size & 0xff, size >> 8, ~size & 0xff, (~size >> 8) & 0xff], at);
  into.set(content, at + 7);
  into.set(adler32(content), at + 7 + size);
  return size + 11;
}

/** Returns a packer on the thread that asks. */
export function ownThread(): Packer {
  const { pack, pass, index } = startPack();
  return { pack: async (batch) => pack(batch), pass, index: async () => index(), close: async () => {} };
}
