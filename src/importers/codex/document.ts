import type { Json } from '../../model/json.ts';
import type { Bytes, ReadContext, ScanEvent, Source } from '../importer.ts';
import { deeperThan, maxDepth, maxLine } from '../kit/jsonl.ts';
import { advance } from './advance.ts';
import { isObject, object, objects } from './fields.ts';
import { type CodexRecord, recordOf } from './record.ts';
import type { Scanned } from './scan.ts';
import { newState } from './state.ts';
import { threadOf } from './task.ts';

/** The TypeScript CLI (before 2025-06) wrote one JSON document a session: `sessions/rollout-*.json` with `{session, items}`. */
export const isDocument = (source: Source): boolean => source.key.endsWith('.json');

/** Returns the records of such a document in today's envelope; of a text that is none of it the reason. */
function recordsOfDocument(text: string): CodexRecord[] | string {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return 'not JSON';
  }
  if (deeperThan(value, maxDepth)) return `nested deeper than ${maxDepth}`;
  if (!isObject(value) || !isObject(value.session) || !Array.isArray(value.items)) return 'not a Codex session';
  return [{ type: 'session_meta', payload: value.session }, ...objects(value.items).map((item) => recordOf(object(item)))];
}

/** Returns the records of a document, none when it is damaged. */
export async function readDocument(bytes: Bytes): Promise<CodexRecord[]> {
  const records = bytes.size > maxLine ? [] : recordsOfDocument(new TextDecoder().decode(await bytes.read(0, bytes.size)));
  return typeof records === 'string' ? [] : records;
}

/**
 * Pass 1 over a document: its bytes are one raw record, or what it has grown by; its items stand at their index instead of a
 * byte offset. A damaged one that may still grow waits.
 */
export async function* scanDocument(source: Source, context: ReadContext, bytes: Bytes): AsyncGenerator<ScanEvent, Scanned> {
  const scanned: Scanned = { state: newState(), offset: context.before?.offset ?? 0, lines: 0 };
  const tooLong = bytes.size > maxLine;
  const content = tooLong ? new Uint8Array(0) : await bytes.read(0, bytes.size);
  const records = tooLong ? `longer than ${maxLine >> 20} MB` : recordsOfDocument(new TextDecoder().decode(content));
  if (typeof records === 'string' && !context.complete) return scanned;
  if (content.length > scanned.offset) yield { type: 'records', records: [content.subarray(scanned.offset)] };
  if (typeof records === 'string') {
    if (bytes.size > 0)
      yield { type: 'skipped', skipped: { file: source.path, offset: 0, length: bytes.size, reason: records, kept: !tooLong } };
  } else {
    const thread = threadOf(scanned.state);
    for (const [index, record] of records.entries()) advance(thread, record, { offset: index, length: 1, line: 1 });
  }
  scanned.offset = bytes.size;
  return scanned;
}
