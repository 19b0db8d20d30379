import { isSpace, type Piece, parsePiece, trimmedEnd } from './json-piece.ts';
import { scanValue } from './json-scan.ts';
import type { JsonObject } from './jsonl.ts';

/** Bytes of a line that gave no record, and where in them the fault shows. */
export interface Fault {
  from: number;
  to: number;
  at: number;
  reason: string;
}

type IsRecord = (value: JsonObject) => boolean;

/**
 * Yields what is left of a line that is not one JSON value, in order: values that follow each other, records behind a cut
 * one, and between them what is lost. A record behind damage must begin with `{"`, end where another begins or the line
 * ends, and be a record to `isRecord`. The work is bounded by the length of the line.
 */
export function* salvage(bytes: Uint8Array, isRecord: IsRecord): Generator<Piece | Fault> {
  // One character a byte: JSON's own characters are ASCII, so places in the text are places in the bytes.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const end = trimmedEnd(bytes);
  const work = { left: Math.min(end * 16, 100_000_000) + 1_000_000 };
  let at = 0;
  while (at < end) {
    const filler = fillerEnd(bytes, at, end);
    if (filler > at) yield* nulBytes(bytes, at, filler);
    at = filler;
    if (at >= end) return;
    const scan = scanValue(text, at, end);
    const piece = 'end' in scan ? parsePiece(bytes, at, scan.end) : undefined;
    if (piece) {
      yield piece;
      at = piece.to;
      continue;
    }
    const next = nextRecord(text, bytes, at + 1, end, work, isRecord);
    const fault = 'end' in scan ? { at, reason: 'unexpected text' } : scan;
    yield { from: at, to: next, at: fault.at, reason: `not JSON: ${fault.reason}` };
    at = next;
  }
}

/** Returns where the next whole record begins, `end` when there is none. */
function nextRecord(text: string, bytes: Uint8Array, from: number, end: number, work: { left: number }, isRecord: IsRecord): number {
  for (let at = text.indexOf('{"', from); at >= 0 && at < end && work.left > 0; at = text.indexOf('{"', at + 1)) {
    const scan = scanValue(text, at, end);
    work.left -= ('end' in scan ? scan.end : scan.at) - at + 16;
    if (!('end' in scan) || !standsAlone(bytes, scan.end, end)) continue;
    const piece = parsePiece(bytes, at, scan.end);
    if (piece && isRecord(piece.value as JsonObject)) return at;
  }
  return end;
}

const standsAlone = (bytes: Uint8Array, at: number, end: number): boolean =>
  at >= end || bytes[at] === 0x7b || fillerEnd(bytes, at, end) > at;

/** Returns the end of a run of white space, NUL bytes and byte order marks. */
function fillerEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (isSpace(bytes[at]) || bytes[at] === 0) at += 1;
    else if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    else break;
  }
  return at;
}

function* nulBytes(bytes: Uint8Array, from: number, to: number): Generator<Fault> {
  const first = bytes.subarray(from, to).indexOf(0);
  if (first < 0) return;
  const count = bytes.subarray(from, to).reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  yield { from: from + first, to, at: from + first, reason: `${count} NUL ${count === 1 ? 'byte' : 'bytes'}` };
}
