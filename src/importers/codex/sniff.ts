import type { Host } from '../../host.ts';
import type { Bytes } from '../importer.ts';
import { type JsonObject, readLines, recordsOfLine } from '../kit/jsonl.ts';
import { decompressedHead } from '../kit/zstd.ts';
import { object } from './fields.ts';
import { isCodexRecord, itemType, recordOf } from './record.ts';

const headSize = 256 << 10;
const recordTypes = ['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted'];

/** Returns true when the head of a file holds a record of Codex, or begins one of its old documents. */
export async function looksLikeRollout(path: string, host: Host): Promise<boolean> {
  const file = await host.fs.open(path, 'r');
  try {
    const buffer = new Uint8Array(headSize);
    const { bytesRead } = await file.read(buffer, 0, headSize, 0);
    const read = buffer.subarray(0, bytesRead);
    const head = path.endsWith('.zst') ? decompressedHead(read, headSize) : read;
    if (path.endsWith('.json')) return isDocumentHead(new TextDecoder().decode(head.subarray(0, 4096)));
    return (await hasRecord(head, path, host)) || isCutHead(head);
  } finally {
    await file.close();
  }
}

const isDocumentHead = (text: string): boolean => /^\s*\{\s*"session"\s*:\s*\{/.test(text);

async function hasRecord(head: Uint8Array, path: string, host: Host): Promise<boolean> {
  for await (const lines of readLines(onePiece(head), { offset: 0, lines: 0 }, host.signal)) {
    for (const line of lines) if (recordsOfLine(line, path, isCodexRecord).records.some(({ value }) => isOwn(value))) return true;
  }
  return false;
}

/** The first record, with the instructions in it, may be longer than the head. */
const isCutHead = (head: Uint8Array): boolean =>
  head.length >= headSize &&
  !head.includes(10) &&
  /^[^\n]{0,200}"type":"session_meta"/.test(new TextDecoder().decode(head.subarray(0, 4096)));

function isOwn(value: JsonObject): boolean {
  const { type, payload } = recordOf(value);
  if (!isCodexRecord(value) || !recordTypes.includes(type)) return false;
  if (type === 'session_meta')
    return typeof payload.id === 'string' && (value.type === 'session_meta' || 'instructions' in payload || 'git' in payload);
  return type === 'response_item' ? itemType(payload) !== '' && 'payload' in value : object(value.payload) === value.payload;
}

const onePiece = (data: Uint8Array): Bytes => ({
  size: data.length,
  read: async (offset, length) => data.subarray(offset, offset + length),
  async *stream(from) {
    yield data.subarray(from);
  },
  close: async () => {},
});
