import { builtin } from '../../builtin.ts';
import type { Oid } from '../git.ts';
import { fanoutAt, farOffset, idSize, idsAt, indexMagic, indexVersion } from './format.ts';

/** An object of a pack: where it begins, and the CRC-32 of its bytes there. */
export interface PackedObject {
  oid: Oid;
  offset: number;
  sum: number;
}

/** Of one object: its id, its sum and its offset. */
const rowSize = idSize + 8;

/** Returns a pack's index, version 2 of gitformat-pack(5); `checksum` is the pack's, 20 bytes. */
export function encodeIndex(objects: readonly PackedObject[], checksum: Uint8Array): Uint8Array {
  const sorted = [...objects].sort((a, b) => (a.oid < b.oid ? -1 : 1));
  const far = sorted.filter(({ offset }) => offset >= farOffset);
  const count = sorted.length;
  const index = Buffer.alloc(idsAt + count * rowSize + far.length * 8 + 2 * idSize);
  index.writeUInt32BE(indexMagic, 0);
  index.writeUInt32BE(indexVersion, 4);
  const sums = idsAt + count * idSize;
  const [places, wide] = [sums + count * 4, sums + count * 8];
  let farther = 0;
  for (const [at, { oid, offset, sum }] of sorted.entries()) {
    index.write(oid, idsAt + at * idSize, 'hex');
    index.writeUInt32BE(sum, sums + at * 4);
    if (offset < farOffset) index.writeUInt32BE(offset, places + at * 4);
    else {
      index.writeUInt32BE(farOffset + farther, places + at * 4);
      index.writeBigUInt64BE(BigInt(offset), wide + farther * 8);
      farther += 1;
    }
    const first = index[idsAt + at * idSize] ?? 0;
    index.writeUInt32BE(at + 1, fanoutAt + first * 4);
  }
  for (let first = 1; first < 256; first += 1) {
    const [before, own] = [index.readUInt32BE(fanoutAt + (first - 1) * 4), index.readUInt32BE(fanoutAt + first * 4)];
    index.writeUInt32BE(Math.max(before, own), fanoutAt + first * 4);
  }
  index.set(checksum, index.length - 2 * idSize);
  index.set(builtin.crypto.createHash('sha1').update(index.subarray(0, -idSize)).digest(), index.length - idSize);
  return index;
}
