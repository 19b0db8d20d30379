import { builtin } from '../../builtin.ts';
import { throughHandle } from './zlib-handle.ts';

/** Returns what zlib data at the beginning of these bytes make, of which the size is known; throws what zlib says of damaged ones. */
export type Inflate = (bytes: Uint8Array, size: number) => Uint8Array;

/** Undefined for what did not come out whole. */
type Tried = (bytes: Uint8Array, size: number) => Uint8Array | undefined;

/**
 * Returns what inflates one object after the other. zlib's window is made once where this version of node lets it be used again, and
 * objects that were not worth deflating need no zlib at all.
 */
export function startInflate(): Inflate {
  let again: Tried | undefined;
  return (bytes, size) => {
    const stored = again ? undefined : storedContent(bytes, size);
    if (stored) return stored;
    again ??= usedAgain();
    return again(bytes, size) ?? builtin.zlib.inflateSync(bytes, { maxOutputLength: size + 1, chunkSize: size + 64 });
  };
}

/** What stands in front of one block that is not compressed (RFC 1950, RFC 1951 3.2.4), and its checksum behind it. */
const [headSize, sumSize] = [7, 4];

/** Returns a copy of the content of one block that is not compressed; undefined for anything else. */
function storedContent(bytes: Uint8Array, size: number): Uint8Array | undefined {
  const [method = 0, flags = 0, block, low = 0, high = 0, notLow, notHigh] = bytes;
  const isZlib = (method & 15) === 8 && (flags & 32) === 0 && (method * 256 + flags) % 31 === 0;
  const isWhole = block === 1 && low + high * 256 === size && notLow === (~low & 0xff) && notHigh === (~high & 0xff);
  if (!isZlib || !isWhole || bytes.length < headSize + size + sumSize) return undefined;
  const content = new Uint8Array(bytes.subarray(headSize, headSize + size));
  const sum = adler32(content);
  return sum.every((byte, at) => byte === bytes[headSize + size + at]) ? content : undefined;
}

/** Returns the checksum of up to 65,535 bytes (RFC 1950), highest byte first. Four at a time: a short command runs this before it is compiled. */
export function adler32(content: Uint8Array): number[] {
  let a = 1;
  let b = 0;
  let at = 0;
  for (; at + 4 <= content.length; at += 4) {
    const first = content[at] as number;
    const second = content[at + 1] as number;
    const third = content[at + 2] as number;
    const fourth = content[at + 3] as number;
    b += 4 * (a + first) + 3 * second + 2 * third + fourth;
    a += first + second + third + fourth;
  }
  for (; at < content.length; at += 1) {
    a += content[at] as number;
    b += a;
  }
  a %= 65521;
  b %= 65521;
  return [b >> 8, b & 0xff, a >> 8, a & 0xff];
}

function usedAgain(): Tried {
  const { zlib } = builtin;
  const through = throughHandle(zlib.createInflate(), zlib.constants.Z_FINISH);
  const inflate: Tried = (bytes, size) => {
    const into = Buffer.allocUnsafe(size + 1);
    return through?.(bytes, into, 0)?.roomLeft === 1 ? into.subarray(0, size) : undefined;
  };
  const [text, deflated] = ['a page, another page, a page', '789c4b5428484c4fd55148cccb2fc9482d82f1c0340089d50983'];
  const isWhole = Buffer.from(inflate(Buffer.from(deflated, 'hex'), text.length) ?? []).toString() === text;
  return isWhole ? inflate : () => undefined;
}
