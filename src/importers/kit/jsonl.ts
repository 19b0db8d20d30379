import type { Json } from '../../model/json.ts';
import type { Bytes, Skipped } from '../importer.ts';
import { isObject } from './fields.ts';
import { deeperThan, type Piece, wholeLine } from './json-piece.ts';
import { type Fault, salvage } from './salvage.ts';

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
  const { bytes } = line;
  if (!bytes) content.skipped.push(skippedOf(line, file, { from: 0, to: line.length, at: 0, reason: `longer than ${maxLine >> 20} MB` }));
  else for (const found of wholeLine(bytes) ?? salvage(bytes, isRecord)) take(content, line, file, found);
  return content;
}

function take(content: LineContent, line: Line, file: string, found: Piece | Fault): void {
  const fatal = 'reason' in found ? found : fatalOf(found);
  if (fatal) content.skipped.push(skippedOf(line, file, fatal));
  if (fatal || 'reason' in found) return;
  const { from, to, value, bad } = found;
  if (bad !== undefined) {
    const reason = 'not UTF-8; read with replacement characters';
    content.skipped.push(skippedOf(line, file, { from: bad, to: bad + 1, at: bad, reason }));
  }
  content.records.push({ value: value as JsonObject, offset: line.offset + from, length: to - from });
}

/** Why a value is no record. */
function fatalOf({ from, to, value }: Piece): Fault | undefined {
  if (!isObject(value)) return { from, to, at: from, reason: 'not a JSON object' };
  const holds = to - from > 2 * maxDepth; // each level takes two brackets
  return holds && deeperThan(value, maxDepth) ? { from, to, at: from, reason: `nested deeper than ${maxDepth}` } : undefined;
}

function skippedOf(line: Line, file: string, { from, to, at, reason }: Fault): Skipped {
  return { file, line: line.number, column: at + 1, offset: line.offset + from, length: to - from, reason, kept: line.bytes !== undefined };
}
