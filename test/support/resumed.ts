import { conversationId, type ToolId, type TurnId, turnId } from '../../src/model/ids.ts';
import { randomBytes, sessionMark, turnMark } from '../../src/model/mark.ts';
import type { Role } from '../../src/model/turn.ts';
import { Transcript } from './claude-code.ts';
import { Rollout } from './codex.ts';
import type { HomeFile } from './import-home.ts';

export const claude = 'claude-code' as ToolId;
const noise = (byte: number) => new Uint8Array(randomBytes).fill(byte);

/** Returns the conversation that a transcript of exchanges is, and its turns: user and assistant by turns, a record each. */
export function conversationOf(transcript: Transcript): { id: ReturnType<typeof conversationId>; turns: { id: TurnId; role: Role }[] } {
  const records: { uuid: string; type: Role }[] = transcript.lines.map((line) => JSON.parse(line));
  return {
    id: conversationId(claude, records[0]?.uuid ?? ''),
    turns: records.map(({ uuid, type }) => ({ id: turnId(claude, uuid, type), role: type })),
  };
}

/** Returns the native id of a conversation that goes on from turn `n` of a transcript; `byte` tells several apart. */
export function markAt(transcript: Transcript, n: number, byte = 1): string {
  const { id, turns } = conversationOf(transcript);
  return sessionMark(claude, id, turns[n - 1]?.id ?? ('' as TurnId), noise(byte));
}

/** Returns what convo writes to go on in Claude Code from turn `n`: the records as they are, under the session that the mark names. */
export function resumedInClaude(transcript: Transcript, n: number, byte = 1): Transcript {
  const sessionId = markAt(transcript, n, byte);
  const copy = new Transcript({ sessionId });
  for (const line of transcript.lines.slice(0, n)) {
    const record = JSON.parse(line);
    copy.lines.push(JSON.stringify({ ...record, sessionId }));
    copy.last = record.uuid;
  }
  return copy;
}

/** Returns what convo writes to go on in Codex from turn `n`: each turn a task of its own, named by its mark. */
export function resumedInCodex(transcript: Transcript, n: number, byte = 2, change = (text: string) => text): Rollout {
  const rollout = new Rollout({ id: markAt(transcript, n, byte), from: 3600 * 24 }).meta();
  const { turns } = conversationOf(transcript);
  for (const [index, { id, role }] of turns.slice(0, n).entries()) {
    const { content } = JSON.parse(transcript.lines[index] ?? '').message;
    const text = change(typeof content === 'string' ? content : content[0].text);
    rollout.begin(turnMark(id, role, noise(byte)));
    if (role === 'user') rollout.prompt(text).end('');
    else rollout.says(text).end(text);
  }
  return rollout;
}

export const claudeFile = (session: string, transcript: Transcript): HomeFile => ({
  path: `.claude/projects/-w-lines/${session}.jsonl`,
  bytes: transcript.bytes,
});

export const codexFile = (rollout: Rollout): HomeFile => ({
  path: `.codex/sessions/2026/03/03/rollout-2026-03-03T08-00-00-${rollout.id}.jsonl`,
  bytes: Buffer.from(rollout.text),
});
