import type { Host } from '../../host.ts';
import { object } from '../kit/fields.ts';
import { beginsLongLine, hasRecord, readHead } from '../kit/head.ts';
import type { JsonObject } from '../kit/jsonl.ts';

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
  const head = await readHead(path, host);
  return (await hasRecord(head, host, isOwn, isOwn)) || beginsLongLine(head, /^[^\n]{0,4096}"(sessionId|parentUuid)":/);
}

function isOwn(value: JsonObject): boolean {
  if (typeof value.type !== 'string') return false;
  const named = Object.hasOwn(metadata, value.type) ? metadata[value.type] : undefined;
  if (named !== undefined && named in value) return true;
  if (typeof value.uuid !== 'string' || !('parentUuid' in value || 'sessionId' in value)) return false;
  if (value.type === 'user' || value.type === 'assistant') return 'content' in object(value.message);
  return ['system', 'progress', 'attachment'].includes(value.type);
}
