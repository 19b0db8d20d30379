import { object, parsedText } from '../../importers/kit/fields.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';

/** A source's record with its text. */
export interface Kept {
  text: string;
  value: JsonObject;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Returns a record's text and value. */
export function readRecord(bytes: Uint8Array): Kept {
  const text = decoder.decode(bytes);
  return { text, value: object(parsedText(text)) };
}
