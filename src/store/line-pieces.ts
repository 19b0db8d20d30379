import type { HostFs } from '../host.ts';
import { readAt } from './files.ts';

/** So many bytes are in memory at a time: new memory for all of a large file takes five times as long as reading it. */
const pieceSize = 128 << 10;
const lf = 0x0a;

/**
 * Yields the lines between two places of an open file, some of them at a time: each with a line feed in front of it, so that how a line
 * begins can be searched for. The memory is used again for the next ones.
 */
export function* linePieces(fs: HostFs, file: number, from: number, to: number): Generator<Buffer> {
  let room = Buffer.allocUnsafe(pieceSize);
  for (let at = from; at < to; ) {
    room[0] = lf;
    const wanted = Math.min(room.length - 1, to - at);
    const got = readAt(fs, file, at, wanted, room.subarray(1)).length;
    if (got === 0) return;
    const isLast = got < wanted || at + got >= to;
    const end = isLast && room[got] !== lf ? got + 1 : room.lastIndexOf(lf, got);
    if (end > 0) yield room.subarray(0, end);
    else room = Buffer.allocUnsafe(room.length * 2); // for a line that is longer
    at = isLast ? to : at + end;
  }
}
