import { fail } from '../../../errors.ts';

/** What a line of git's wire is (gitprotocol-common(5)): bytes, or a mark. */
export type Packet = Uint8Array | 'flush' | 'delimiter' | 'end';

export const flush = '0000';
export const delimiter = '0001';
const marks: Record<number, Packet> = { 0: 'flush', 1: 'delimiter', 2: 'end' };

/** Returns a line with its length in front. */
export function packet(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}

/** Yields the lines of a body. Throws `remote-failed` where it is none, or ends within one. */
export async function* packets(body: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<Packet> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of body) {
    rest = rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    let at = 0;
    while (rest.length - at >= 4) {
      const length = lengthAt(rest, at, url);
      const mark = marks[length];
      if (mark === undefined && rest.length - at < length) break;
      yield mark ?? rest.subarray(at + 4, at + length);
      at += mark === undefined ? length : 4;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw fail('remote-failed', { url, reason: 'its answer was cut off' });
}

function lengthAt(bytes: Buffer, at: number, url: string): number {
  const digits = bytes.toString('latin1', at, at + 4);
  const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 3;
  if (length === 3) throw fail('remote-failed', { url, reason: "its answer is not of git's protocol" });
  return length;
}

/** Returns a line as text, without its LF. */
export const textOf = (line: Uint8Array): string => Buffer.from(line).toString('utf8').replace(/\n$/, '');
