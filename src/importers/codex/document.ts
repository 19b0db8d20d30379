import type { Bytes, ReadContext, ScanEvent, Skipped, Source } from '../importer.ts';
import { isObject, object, objects } from '../kit/fields.ts';
import { type JsonObject, type Line, maxLine, recordsOfLine } from '../kit/jsonl.ts';
import { advance } from './advance.ts';
import { type CodexRecord, recordOf } from './record.ts';
import type { Scanned } from './scan.ts';
import { newState } from './state.ts';
import { threadOf } from './task.ts';

/** The TypeScript CLI (before 2025-06) wrote one JSON document a session: `sessions/rollout-*.json` with `{session, items}`. */
export const isDocument = (source: Source): boolean => source.key.endsWith('.json');

const isSession = (value: JsonObject): boolean => isObject(value.session) && Array.isArray(value.items);

/** Reads a document as if it were one line, its records in today's envelope. */
async function read(source: Source, bytes: Bytes): Promise<{ content: Uint8Array; records: CodexRecord[]; skipped: Skipped[] }> {
  const tooLong = bytes.size > maxLine;
  const content = tooLong ? new Uint8Array(0) : await bytes.read(0, bytes.size);
  const line: Line = { number: 1, offset: 0, length: bytes.size, terminated: true, ...(tooLong ? {} : { bytes: content }) };
  const { records, skipped } = recordsOfLine(line, source.path, isSession);
  const value = records.map((record) => record.value).find(isSession);
  if (!value) return { content, records: [], skipped: skipped.length > 0 || content.length === 0 ? skipped : [notSession(source, bytes)] };
  const items = objects(value.items).map(recordOf);
  return { content, records: [{ type: 'session_meta', payload: object(value.session) }, ...items], skipped };
}

const notSession = (source: Source, { size }: Bytes): Skipped => ({
  file: source.path,
  line: 1,
  offset: 0,
  length: size,
  reason: 'not a Codex session',
  kept: true,
});

/** Returns the records of a document, none when it is damaged. */
export const readDocument = async (source: Source, bytes: Bytes): Promise<CodexRecord[]> => (await read(source, bytes)).records;

/**
 * Pass 1 over a document: its bytes are one raw record, or what it has grown by; its items stand at their index instead of a
 * byte offset. A damaged one that may still grow waits.
 */
export async function* scanDocument(source: Source, context: ReadContext, bytes: Bytes): AsyncGenerator<ScanEvent, Scanned> {
  const scanned: Scanned = { state: newState(), offset: context.before?.offset ?? 0, lines: 0 };
  const { content, records, skipped } = await read(source, bytes);
  if (records.length === 0 && !context.complete) return scanned;
  if (content.length > scanned.offset) yield { type: 'records', records: [content.subarray(scanned.offset)] };
  for (const item of skipped) yield { type: 'skipped', skipped: item };
  const thread = threadOf(scanned.state);
  for (const [index, record] of records.entries()) advance(thread, record, { offset: index, length: 1, line: 1 });
  scanned.offset = bytes.size;
  return scanned;
}
