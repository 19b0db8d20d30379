import type { Json } from '../../model/json.ts';
import { isObject, object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';

/** A record of any Codex format in the envelope of today's: `{timestamp, ordinal, type, payload}`. */
export interface CodexRecord {
  type: string;
  payload: JsonObject;
  /** Milliseconds since 1970. */
  time?: number;
  /** Only in paginated files (0.146 and later). */
  ordinal?: number;
  /** The summary that the model wrote for a compaction, not an answer (since 0.16x). */
  summary?: true;
}

/** `response_item` payloads that the bare format of 2025-05 to 2025-09 wrote without an envelope. */
const bareItems = [
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'local_shell_call',
  'local_shell_call_output',
  'web_search_call',
];

/** Returns the record in today's envelope: the bare format and the items of the one-document format are `response_item`s too. */
export function recordOf(value: JsonObject): CodexRecord {
  const record = enveloped(value);
  const time = milliseconds(value.timestamp ?? value.created_at ?? (record.type === 'session_meta' ? undefined : record.payload.timestamp));
  if (time !== undefined) record.time = time;
  if (object(value.metadata).compaction_output === true) record.summary = true;
  if (Number.isSafeInteger(value.ordinal)) record.ordinal = value.ordinal as number;
  return record;
}

function enveloped(value: JsonObject): CodexRecord {
  const type = string(value.type);
  if (type !== '' && isObject(value.payload)) return { type, payload: value.payload };
  if (typeof value.record_type === 'string') return { type: value.record_type, payload: value };
  if (isBareHeader(value)) return { type: 'session_meta', payload: value };
  if (bareItems.includes(type) || (type === '' && typeof value.role === 'string')) return { type: 'response_item', payload: value };
  return { type: type === '' ? 'unknown' : type, payload: value };
}

/** The first line of the bare format: an id and a time, and no type. */
const isBareHeader = (value: JsonObject): boolean =>
  value.type === undefined && value.role === undefined && typeof value.id === 'string' && typeof value.timestamp === 'string';

/** Returns true for an object that stands for a record of its own, not for one that merely stood inside a record. */
export function isCodexRecord(value: JsonObject): boolean {
  if (isObject(value.payload)) return typeof value.type === 'string';
  if (typeof value.record_type === 'string' || isBareHeader(value)) return true;
  return bareItems.includes(string(value.type));
}

/** Returns a timestamp as milliseconds since 1970: Codex writes RFC 3339, converters seconds since 1970. */
function milliseconds(value: Json | undefined): number | undefined {
  const time =
    typeof value === 'string'
      ? Date.parse(value)
      : typeof value === 'number'
        ? Math.round(value < 1e11 ? value * 1000 : value)
        : Number.NaN;
  return Number.isSafeInteger(time) && Math.abs(time) <= 8.64e15 ? time : undefined;
}

/** Returns the native `turn_id` of a record; undefined where its version wrote none. */
export function turnOf({ type, payload }: CodexRecord): string | undefined {
  const passed = object(payload.internal_chat_message_metadata_passthrough).turn_id ?? object(payload.metadata).turn_id;
  const id = string(type === 'response_item' ? passed : payload.turn_id);
  return id === '' ? undefined : id;
}

/** Returns the type of a response item; a converter's message has none. */
export function itemType(payload: JsonObject): string {
  return string(payload.type) || (typeof payload.role === 'string' ? 'message' : '');
}
