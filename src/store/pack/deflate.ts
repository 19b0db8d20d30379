import { builtin } from '../../builtin.ts';
import { throughHandle } from './zlib-handle.ts';

/** Level 1: on transcripts level 6 takes 1.3x the time for 3 % of the space. */
const level = 1;

/** Contents from which on it is tried whether tables can be used again: a single change has fewer. */
const worthTrying = 16;

/** Deflates content into memory behind `at`, where there are `mostDeflated` bytes; returns how many it took. */
export type Deflate = (content: Uint8Array, into: Uint8Array, at: number) => number;

/** Returns how many bytes a content takes at most when it is deflated (zlib's deflateBound). */
export const mostDeflated = (size: number): number => size + (size >> 8) + 64;

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
  const through = throughHandle(zlib.createDeflate({ level }), zlib.constants.Z_FINISH);
  if (!through) return undefined;
  const deflate: Tried = (content, into, at) => {
    const left = through(content, into, at);
    return left && left.roomLeft > 0 && left.bytesLeft === 0 ? into.length - at - left.roomLeft : undefined;
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
