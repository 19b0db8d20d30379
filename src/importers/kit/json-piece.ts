import type { Json } from '../../model/json.ts';

/** A JSON value and the byte range of the line in which it stands. */
export interface Piece {
  from: number;
  to: number;
  value: Json;
  /** Place of the first byte that is no UTF-8, when there is one. */
  bad?: number;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** Returns true for JSON's white space. */
export const isSpace = (code: number | undefined): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Returns the end of the bytes without trailing white space. */
export function trimmedEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1])) end -= 1;
  return end;
}

/** Returns the value of a whole line, none for a blank one, undefined when the line is not one JSON value. */
export function wholeLine(bytes: Uint8Array): Piece[] | undefined {
  const end = trimmedEnd(bytes);
  if (end === 0) return [];
  const piece = parsePiece(bytes, 0, end);
  return piece && [piece];
}

/** Returns the JSON value of a byte range, undefined when it is none. Bytes that are no UTF-8 become replacement characters. */
export function parsePiece(bytes: Uint8Array, from: number, to: number): Piece | undefined {
  const range = bytes.subarray(from, to);
  const { text, bad } = decoded(range);
  try {
    return { from, to, value: JSON.parse(text) as Json, ...(bad === undefined ? {} : { bad: from + bad }) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function decoded(bytes: Uint8Array): { text: string; bad?: number } {
  try {
    return { text: strict.decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const text = lossy.decode(bytes);
    return { text, bad: firstBadByte(text, bytes) };
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

/** Returns true when a value nests deeper than a limit; never goes deeper itself, since JSON.parse takes any depth. */
export function deeperThan(value: Json, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit < 0) return true;
  if (Array.isArray(value)) return value.some((child) => deeperThan(child, limit - 1));
  for (const key in value) {
    const child = value[key];
    if (typeof child === 'object' && deeperThan(child, limit - 1)) return true;
  }
  return false;
}
