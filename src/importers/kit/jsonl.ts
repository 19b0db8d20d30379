import type { Json } from '../../model/json.ts';
import type { Bytes, Skipped } from '../importer.ts';
import { scanValue } from './json-scan.ts';

/** Longest line that is kept and parsed, in bytes. */
export const maxLine = 64 << 20;
/** Deepest nesting of a record that is parsed. */
export const maxDepth = 256;

export type JsonObject = { [key: string]: Json };

/** One line of a file, cut at LF alone. */
export interface Line {
  /** From 1. */
  number: number;
  /** Of its first byte in the file. */
  offset: number;
  /** In bytes, LF included. */
  length: number;
  /** Through LF; absent when longer than `maxLine`. */
  bytes?: Uint8Array;
  /** False for a last line without LF. */
  terminated: boolean;
}

/** A record and where its bytes stand in the file. */
export interface LineRecord {
  value: JsonObject;
  offset: number;
  length: number;
}

export interface LineContent {
  records: LineRecord[];
  skipped: Skipped[];
}

/**
 * Yields the lines from `start` to the end of the file, a batch for each piece read; a line longer than `maxLine` is counted
 * and never buffered. `start.lines` is the number of lines before `start.offset`.
 */
export async function* readLines(bytes: Bytes, start: { offset: number; lines: number }, signal: AbortSignal): AsyncGenerator<Line[]> {
  let { offset, lines } = start;
  let length = 0;
  let held: Uint8Array[] = [];
  const close = (last: Uint8Array, terminated: boolean): Line => {
    const size = length + last.length;
    const line: Line = { number: lines + 1, offset, length: size, terminated };
    if (size <= maxLine) line.bytes = held.length === 0 ? last : joined([...held, last], size);
    held = [];
    offset += size;
    lines += 1;
    length = 0;
    return line;
  };
  for await (const piece of bytes.stream(offset)) {
    signal.throwIfAborted();
    const batch: Line[] = [];
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      batch.push(close(piece.subarray(from, end + 1), true));
      from = end + 1;
    }
    if (from < piece.length) {
      length += piece.length - from;
      if (length > maxLine) held = [];
      else held.push(piece.subarray(from));
    }
    if (batch.length > 0) yield batch;
  }
  if (length > 0) yield [close(new Uint8Array(0), false)];
}

function joined(pieces: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * Returns the JSON objects of a line and names every byte range of it that gave none. A blank line gives neither. Salvages
 * records that stand behind damage: a cut record, NUL bytes, a BOM, two records on one line. `isRecord` tells a record of the
 * tool from an object that merely stood inside one.
 */
export function recordsOfLine(line: Line, file: string, isRecord: (value: JsonObject) => boolean): LineContent {
  const content: LineContent = { records: [], skipped: [] };
  const bytes = line.bytes;
  const skip = (from: number, to: number, reason: string, at = from): void => {
    const place = { file, line: line.number, column: at + 1, offset: line.offset + from, length: to - from };
    content.skipped.push({ ...place, reason, kept: bytes !== undefined });
  };
  if (!bytes) {
    skip(0, line.length, `longer than ${maxLine >> 20} MB`);
    return content;
  }
  const whole = parsed(bytes, 0, trimmedEnd(bytes));
  if (whole === 'blank') return content;
  if (typeof whole === 'object') accept(content, line, whole, skip);
  else salvage(bytes, line, content, skip, isRecord);
  return content;
}

type Skip = (from: number, to: number, reason: string, at?: number) => void;
interface Piece {
  from: number;
  to: number;
  value: Json;
  bad?: number;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const isSpace = (code: number | undefined): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function trimmedEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1])) end -= 1;
  return end;
}

/** Returns the value of a byte range, 'blank' when it holds only white space, undefined when it is not JSON. */
function parsed(bytes: Uint8Array, from: number, to: number): Piece | 'blank' | undefined {
  if (from >= to) return 'blank';
  const range = bytes.subarray(from, to);
  let text: string;
  let bad: number | undefined;
  try {
    text = strict.decode(range);
  } catch {
    text = lossy.decode(range);
    bad = from + firstBadByte(text, range);
  }
  try {
    return { from, to, value: JSON.parse(text) as Json, ...(bad === undefined ? {} : { bad }) };
  } catch {
    return undefined;
  }
}

function firstBadByte(text: string, bytes: Uint8Array): number {
  let at = 0;
  for (const char of text) {
    if (char === '\ufffd' && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)) return at;
    const code = char.codePointAt(0) ?? 0;
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return at;
}

function accept(content: LineContent, line: Line, piece: Piece, skip: Skip): void {
  const { from, to, value, bad } = piece;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) skip(from, to, 'not a JSON object');
  else if (deeperThan(value, maxDepth)) skip(from, to, `nested deeper than ${maxDepth}`);
  else {
    if (bad !== undefined) skip(bad, bad + 1, 'not UTF-8; read with replacement characters');
    content.records.push({ value, offset: line.offset + from, length: to - from });
  }
}

/** Returns true when a value nests deeper than a limit; walks without recursion, since JSON.parse takes any depth. */
export function deeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: Json[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const child of Array.isArray(item) ? item : Object.values(item))
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return false;
}

function salvage(bytes: Uint8Array, line: Line, content: LineContent, skip: Skip, isRecord: (value: JsonObject) => boolean): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const end = trimmedEnd(bytes);
  let work = Math.min(end * 16, 100_000_000) + 1_000_000;
  let at = 0;
  while (at < end) {
    const filler = fillerEnd(bytes, at, end);
    if (filler > at) {
      nameFiller(bytes, at, filler, skip);
      at = filler;
      continue;
    }
    const scan = scanValue(text, at, end);
    const piece = 'end' in scan ? parsed(bytes, at, scan.end) : undefined;
    if ('end' in scan && typeof piece === 'object') {
      accept(content, line, piece, skip);
      at = scan.end;
      continue;
    }
    const fault = 'end' in scan ? { at, reason: 'unexpected text' } : scan;
    let next = at;
    let found = end;
    for (next = text.indexOf('{"', at + 1); next >= 0 && next < end && work > 0; next = text.indexOf('{"', next + 1)) {
      const inner = scanValue(text, next, end);
      work -= ('end' in inner ? inner.end : inner.at) - next + 16;
      if (!('end' in inner) || !standsAlone(bytes, inner.end, end)) continue;
      const candidate = parsed(bytes, next, inner.end);
      if (typeof candidate !== 'object' || !isRecord(candidate.value as JsonObject)) continue;
      found = next;
      break;
    }
    skip(at, found, `not JSON: ${fault.reason}`, fault.at);
    at = found;
  }
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

function nameFiller(bytes: Uint8Array, from: number, to: number, skip: Skip): void {
  const nul = bytes.subarray(from, to).indexOf(0);
  if (nul < 0) return;
  let count = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === 0) count += 1;
  skip(from + nul, to, `${count} NUL ${count === 1 ? 'byte' : 'bytes'}`);
}
