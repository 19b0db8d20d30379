import { parsePiece } from '../../importers/kit/json-piece.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';

/** A source's record with its text. */
export interface Kept {
  text: string;
  value: JsonObject;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Returns a record's text and value. */
export function readRecord(bytes: Uint8Array): Kept {
  return { text: decoder.decode(bytes), value: (parsePiece(bytes, 0, bytes.length)?.value ?? {}) as JsonObject };
}
