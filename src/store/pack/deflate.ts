import { builtin } from '../../builtin.ts';

/** Level 1: on transcripts level 6 takes 1.3x the time for 3 % of the space. */
const level = 1;

/** Contents from which on it is tried whether tables can be used again: a single change has fewer. */
const worthTrying = 16;

/** Deflates content into memory behind `at`, where there are `mostDeflated` bytes; returns how many it took. */
export type Deflate = (content: Uint8Array, into: Uint8Array, at: number) => number;

/** Returns how many bytes a content takes at most when it is deflated (zlib's deflateBound). */
export const mostDeflated = (size: number): number => size + (size >> 8) + 64;

/** What stands behind node's Deflate. It is not documented, so what comes out of it is tried before it is used. */
interface Native {
  _handle?: {
    writeSync?(flush: number, from: Uint8Array, at: number, size: number, into: Uint8Array, into_at: number, room: number): void;
  };
  /** How many bytes of room and of content were left. */
  _writeState?: Uint32Array;
  reset(): void;
}

/**
 * Returns what deflates one content after the other. zlib's tables, a quarter of a megabyte, are made once where this version of node
 * lets them be used again; by itself node makes them for each content, which takes as long as deflating a page.
 */
export function startDeflate(): Deflate {
  let again: Tried | undefined;
  let count = 0;
  return (content, into, at) => {
    count += 1;
    if (count === worthTrying) again = usedAgain();
    const size = again?.(content, into, at);
    if (size !== undefined) return size;
    const bytes = builtin.zlib.deflateSync(content, { level });
    into.set(bytes, at);
    return bytes.length;
  };
}

/** Undefined for a content that did not come out whole. */
type Tried = (...args: Parameters<Deflate>) => number | undefined;

function usedAgain(): Tried | undefined {
  const { zlib } = builtin;
  const native = zlib.createDeflate({ level }) as unknown as Native;
  const { _handle: handle, _writeState: left } = native;
  if (typeof handle?.writeSync !== 'function' || left?.length !== 2) return undefined;
  const deflate: Tried = (content, into, at) => {
    const room = into.length - at;
    native.reset();
    handle.writeSync?.(zlib.constants.Z_FINISH, content, 0, content.length, into, at, room);
    const [roomLeft = 0, contentLeft = 1] = left;
    return roomLeft > 0 && contentLeft === 0 ? room - roomLeft : undefined;
  };
  return comesOutWhole(deflate) ? deflate : undefined;
}

function comesOutWhole(deflate: Tried): boolean {
  const into = new Uint8Array(1024);
  return ['a page', 'another page '.repeat(20), ''].every((text) => {
    const size = deflate(Buffer.from(text), into, 1) ?? 0;
    return size > 0 && builtin.zlib.inflateSync(into.subarray(1, 1 + size)).toString() === text;
  });
}
