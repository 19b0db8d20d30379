import { builtin } from '../../builtin.ts';
import type { Oid } from '../git.ts';

/** An object of a pack: its bytes there, and their CRC-32. */
export interface PackedObject {
  oid: Oid;
  offset: number;
  length: number;
  sum: number;
}

const magic = [0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2];
/** Offsets from here on stand in a table of their own. */
const large = 2 ** 31;

/** Returns a pack's index, version 2 of gitformat-pack(5); `checksum` is the pack's, 20 bytes. */
export function encodeIndex(objects: readonly PackedObject[], checksum: Uint8Array): Uint8Array {
  const sorted = [...objects].sort((a, b) => (a.oid < b.oid ? -1 : 1));
  const far = sorted.filter(({ offset }) => offset >= large);
  const count = sorted.length;
  const index = Buffer.alloc(8 + 1024 + count * 28 + far.length * 8 + 40);
  index.set(magic);
  const [names, sums] = [8 + 1024, 8 + 1024 + count * 20];
  const [places, wide] = [sums + count * 4, sums + count * 8];
  let farther = 0;
  for (const [at, { oid, offset, sum }] of sorted.entries()) {
    index.write(oid, names + at * 20, 'hex');
    index.writeUInt32BE(sum, sums + at * 4);
    if (offset < large) index.writeUInt32BE(offset, places + at * 4);
    else {
      index.writeUInt32BE(large + farther, places + at * 4);
      index.writeBigUInt64BE(BigInt(offset), wide + farther * 8);
      farther += 1;
    }
    const first = index[names + at * 20] ?? 0;
    index.writeUInt32BE(at + 1, 8 + first * 4);
  }
  for (let first = 1; first < 256; first += 1) {
    const [before, own] = [index.readUInt32BE(8 + (first - 1) * 4), index.readUInt32BE(8 + first * 4)];
    index.writeUInt32BE(Math.max(before, own), 8 + first * 4);
  }
  index.set(checksum, index.length - 40);
  index.set(builtin.crypto.createHash('sha1').update(index.subarray(0, -20)).digest(), index.length - 20);
  return index;
}
