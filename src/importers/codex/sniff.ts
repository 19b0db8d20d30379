import type { Host } from '../../host.ts';
import { object } from '../kit/fields.ts';
import { beginsLongLine, hasRecord, headSize, readHead } from '../kit/head.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { decompressedHead } from '../kit/zstd.ts';
import { isCodexRecord, itemType, recordOf } from './record.ts';

const recordTypes = ['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted'];

/** Returns true when the head of a file holds a record of Codex, or begins one of its old documents. */
export async function looksLikeRollout(path: string, host: Host): Promise<boolean> {
  const read = await readHead(path, host);
  const head = path.endsWith('.zst') ? decompressedHead(read, headSize) : read;
  if (path.endsWith('.json')) return isDocumentHead(new TextDecoder().decode(head.subarray(0, 4096)));
  return (await hasRecord(head, host, isCodexRecord, isOwn)) || beginsLongLine(head, longFirstRecord);
}

const isDocumentHead = (text: string): boolean => /^\s*\{\s*"session"\s*:\s*\{/.test(text);

/** The first record, with the instructions in it, may be longer than the head. */
const longFirstRecord = /^[^\n]{0,200}"type":"session_meta"/;

function isOwn(value: JsonObject): boolean {
  const { type, payload } = recordOf(value);
  if (!isCodexRecord(value) || !recordTypes.includes(type)) return false;
  if (type === 'session_meta')
    return typeof payload.id === 'string' && (value.type === 'session_meta' || 'instructions' in payload || 'git' in payload);
  return type === 'response_item' ? itemType(payload) !== '' && 'payload' in value : object(value.payload) === value.payload;
}
