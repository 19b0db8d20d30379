import type { HostFs } from '../../host.ts';
import { readAt, readFile } from '../files.ts';
import type { Oid } from '../git.ts';
import { fanoutAt, farOffset, idSize, idsAt, indexMagic, indexVersion } from './format.ts';

/** Tells where the objects of a pack stand in it. */
export interface PackIndex {
  /** Returns the offset of an object, undefined for one that the pack does not hold. */
  find(oid: Oid): number | undefined;
  close(): void;
}

/** An index up to this size is read whole: a pack of 9,000 objects. */
const small = 256 * 1024;

/** Opens an index; undefined when it is not of version 2. Throws what the disk says. */
export function openIndex(fs: HostFs, path: string): PackIndex | undefined {
  const file = fs.openSync(path, 'r');
  try {
    const { size } = fs.fstatSync(file);
    const start = readAt(fs, file, 0, size <= small ? size : idsAt);
    if (start.length >= idsAt && start.readUInt32BE(0) === indexMagic && start.readUInt32BE(4) === indexVersion)
      return indexOver(fs, file, start);
  } catch (error) {
    fs.closeSync(file);
    throw error;
  }
  fs.closeSync(file);
  return undefined;
}

/** Returns the ids of all objects of an index, sorted; none for one that is not of version 2. Throws what the disk says. */
export function idsIn(fs: HostFs, path: string): Oid[] {
  const bytes = readFile(fs, path);
  if (bytes.length < idsAt || bytes.readUInt32BE(0) !== indexMagic || bytes.readUInt32BE(4) !== indexVersion) return [];
  const count = bytes.readUInt32BE(idsAt - 4);
  const ids = bytes.toString('hex', idsAt, idsAt + count * idSize);
  return Array.from({ length: count }, (_, at) => ids.slice(at * 40, at * 40 + 40) as Oid);
}

function indexOver(fs: HostFs, file: number, start: Buffer): PackIndex {
  const below = (first: number) => (first < 0 ? 0 : start.readUInt32BE(fanoutAt + first * 4));
  const count = below(255);
  const read = (at: number, length: number) =>
    at + length <= start.length ? start.subarray(at, at + length) : readAt(fs, file, at, length);
  const offsetsAt = idsAt + count * (idSize + 4);
  const among = (from: number, to: number, id: Buffer) => {
    const at = position(read(idsAt + from * idSize, (to - from) * idSize), id);
    return typeof at === 'number' ? from + at : at;
  };
  const placeOf = (id: Buffer) => {
    const [from, to] = [below((id[0] ?? 0) - 1), below(id[0] ?? 0)];
    const [first, last] = likely(from, to, id);
    const at = among(first, last, id);
    const isBeyond = (at === 'before' && first > from) || (at === 'behind' && last < to);
    const found = isBeyond ? among(from, to, id) : at;
    return typeof found === 'number' ? found : undefined;
  };
  return {
    find(oid) {
      const id = Buffer.from(oid, 'hex');
      const at = placeOf(id);
      if (at === undefined) return undefined;
      const offset = read(offsetsAt + at * 4, 4).readUInt32BE(0);
      if (offset < farOffset) return offset;
      return Number(read(offsetsAt + count * 4 + (offset - farOffset) * 8, 8).readBigUInt64BE(0));
    },
    close: () => fs.closeSync(file),
  };
}

/** Where an id stands most probably among those of its first byte: ids are spread evenly, so it is read of a piece alone. */
function likely(from: number, to: number, id: Buffer): [first: number, last: number] {
  const count = to - from;
  const middle = from + Math.floor((count * id.readUInt32BE(1)) / 2 ** 32);
  const wide = 8 + Math.ceil(2 * Math.sqrt(count));
  return [Math.max(from, middle - wide), Math.min(to, middle + wide)];
}

/** Where an id stands among sorted ones; where it does not, whether it belongs in front of them, among them or behind them. */
function position(ids: Buffer, id: Buffer): number | 'before' | 'between' | 'behind' {
  for (let at = ids.indexOf(id); at >= 0; at = ids.indexOf(id, at + 1)) if (at % idSize === 0) return at / idSize;
  if (ids.length === 0 || id.compare(ids, 0, idSize) < 0) return 'before';
  return id.compare(ids, ids.length - idSize) > 0 ? 'behind' : 'between';
}
