import type { Json } from '../../model/json.ts';
import type { Bytes, ScanEvent, Source } from '../importer.ts';
import { deeperThan, maxDepth } from '../kit/jsonl.ts';
import { advance } from './advance.ts';
import { isObject, object, objects } from './fields.ts';
import { type CodexRecord, recordOf } from './record.ts';
import { newState, type State } from './state.ts';
import { threadOf } from './task.ts';

/** Largest document that is read, in bytes. */
const limit = 256 << 20;

/** The TypeScript CLI (before 2025-06) wrote one JSON document a session: `sessions/rollout-*.json` with `{session, items}`. */
export const isDocument = (source: Source): boolean => source.key.endsWith('.json');

/** Returns the records of such a document in today's envelope; a text that is none of it gives the reason. */
export function recordsOfDocument(text: string): CodexRecord[] | string {
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

/** Returns the text of a document; undefined when it is too long to be read. */
export async function readDocument(bytes: Bytes): Promise<Uint8Array | undefined> {
  return bytes.size > limit ? undefined : await bytes.read(0, bytes.size);
}

/** Pass 1 over a document: its bytes for raw, and the state that its items give, each at its index instead of a byte offset. */
export async function* scanDocument(source: Source, bytes: Bytes): AsyncGenerator<ScanEvent, State> {
  const state = newState();
  const content = await readDocument(bytes);
  if (content) yield { type: 'document', key: 'session.json', bytes: content };
  const records = content ? recordsOfDocument(new TextDecoder().decode(content)) : `longer than ${limit >> 20} MB`;
  if (typeof records === 'string') {
    yield { type: 'skipped', skipped: { file: source.path, offset: 0, length: bytes.size, reason: records, kept: content !== undefined } };
    return state;
  }
  const thread = threadOf(state);
  for (const [index, record] of records.entries()) advance(thread, record, { offset: index, length: 1, line: index });
  return state;
}
