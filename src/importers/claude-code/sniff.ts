import type { Host } from '../../host.ts';
import type { Bytes } from '../importer.ts';
import { type JsonObject, readLines, recordsOfLine } from '../kit/jsonl.ts';
import { object } from './record.ts';

const headSize = 256 << 10;

/** Records without a uuid that open many files. */
const metadata: Record<string, string> = {
  summary: 'leafUuid',
  'file-history-snapshot': 'messageId',
  'queue-operation': 'operation',
  'ai-title': 'aiTitle',
  'custom-title': 'customTitle',
  'last-prompt': 'lastPrompt',
  mode: 'mode',
  'permission-mode': 'permissionMode',
};

/** Returns true when a record in the head of a file is one of Claude Code's. */
export async function looksLikeTranscript(path: string, host: Host): Promise<boolean> {
  const file = await host.fs.open(path, 'r');
  try {
    const buffer = new Uint8Array(headSize);
    const { bytesRead } = await file.read(buffer, 0, headSize, 0);
    const head = buffer.subarray(0, bytesRead);
    for await (const lines of readLines(onePiece(head), { offset: 0, lines: 0 }, host.signal)) {
      for (const line of lines) if (recordsOfLine(line, path, isOwn).records.some(({ value }) => isOwn(value))) return true;
    }
    return cutHead(head) && /^[^\n]{0,4096}"(sessionId|parentUuid)":/.test(new TextDecoder().decode(head.subarray(0, 8192)));
  } finally {
    await file.close();
  }
}

const cutHead = (head: Uint8Array): boolean => head.length === headSize && !head.includes(10);

const onePiece = (data: Uint8Array): Bytes => ({
  size: data.length,
  read: async (offset, length) => data.subarray(offset, offset + length),
  async *stream(from) {
    yield data.subarray(from);
  },
  close: async () => {},
});

function isOwn(value: JsonObject): boolean {
  if (typeof value.type !== 'string') return false;
  const named = Object.hasOwn(metadata, value.type) ? metadata[value.type] : undefined;
  if (named !== undefined && named in value) return true;
  if (typeof value.uuid !== 'string' || !('parentUuid' in value || 'sessionId' in value)) return false;
  if (value.type === 'user' || value.type === 'assistant') return 'content' in object(value.message);
  return ['system', 'progress', 'attachment'].includes(value.type);
}
