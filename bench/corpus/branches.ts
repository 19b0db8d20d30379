import { claudeConversation } from './claude-code.ts';
import type { Fields } from './conversation.ts';
import { filesBelow } from './files.ts';
import { random } from './random.ts';

const start = Date.UTC(2025, 0, 6, 9);
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Characters of a result in the middle with which 500 turns are about 1 MB of pages. */
const resultSize = 300;

export interface Pairs {
  /** Session id of a conversation that was forked. */
  conversation: string;
  /** Those of two conversations that have nothing in common. */
  strangers: [string, string];
}

/**
 * Writes four transcripts of Claude Code into a home folder: one of so many exchanges and a fork of it behind its first exchange, in which
 * every sentence differs in some words, and two conversations that begin with texts of a megabyte.
 */
export function writePairs(home: string, exchanges: number): Pairs {
  const files = filesBelow(home);
  const write = (session: string, records: readonly string[]) => {
    for (const record of records) files.emit(`.claude/projects/-home-dev-work-fork/${session}.jsonl`, `${record}\n`);
    return session;
  };
  const first = recordsOf('branches', exchanges);
  const [own, fork] = ['a', 'b'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`) as [string, string];
  write(own, withSession(first, own));
  write(fork, withSession(forked(first), fork));
  const strangers = ['c', 'd'].map((digit) => {
    const session = `${digit.repeat(8)}-0000-4000-8000-000000000000`;
    return write(session, withSession(longPrompt(recordsOf(`stranger ${digit}`, 1), digit), session));
  }) as Pairs['strangers'];
  files.finish(start + 86_400_000);
  return { conversation: own, strangers };
}

/** Writes a transcript of Claude Code of so many exchanges into a home folder; returns its session id. */
export function writeLong(home: string, exchanges: number): string {
  const files = filesBelow(home);
  const session = 'e'.repeat(8).concat('-0000-4000-8000-000000000000');
  for (const record of withSession(recordsOf('long', exchanges), session))
    files.emit(`.claude/projects/-home-dev-work-long/${session}.jsonl`, `${record}\n`);
  files.finish(start + 86_400_000);
  return session;
}

function recordsOf(seed: string, exchanges: number): string[] {
  let text = '';
  const emit = (path: string, piece: string) => {
    if (path.endsWith('.jsonl') && !path.includes('subagents')) text += piece;
  };
  const numbers = random(seed);
  // Nothing rare: no rewinds, agents and images.
  const common = { ...numbers, chance: (probability: number) => numbers.chance(probability) && probability > 0.02 };
  claudeConversation({ numbers: common, folder: '/home/ada/fork', start, exchanges, calls: 2, resultSize, emit }, false);
  return text.trimEnd().split('\n');
}

const withSession = (records: readonly string[], session: string) =>
  records.map((record) => JSON.stringify({ ...(JSON.parse(record) as Fields), sessionId: session }));

/** The records up to the first end of a turn stay; those behind it are records of their own, in other words. */
function forked(records: readonly string[]): string[] {
  const end = records.findIndex((record) => record.includes('"turn_duration"')) + 1;
  const numbers = random('fork');
  const kept = new Set(records.slice(0, end).join('\n').match(uuid));
  const other = (id: string) => {
    const head = (Number.parseInt(id.slice(0, 8), 16) ^ 0x5a5a5a5a) >>> 0;
    return kept.has(id) ? id : head.toString(16).padStart(8, '0') + id.slice(8);
  };
  const words = (text: string) =>
    text.replace(/\b(?:the|is|and|last|slow|before|test)\b/g, (word) => (numbers.chance(0.3) ? 'whichever' : word));
  return records.map((record, at) => (at < end ? record : words(record.replace(uuid, other))));
}

/** The first prompt is a text of a megabyte; both have the same words, in no order, so that they are compared to the end. */
function longPrompt(records: readonly string[], seed: string): string[] {
  const numbers = random(`long ${seed}`);
  const text = Array.from({ length: 125_000 }, () => `word${numbers.int(0, 300)}${numbers.chance(0.05) ? '.\n' : ''}`).join(' ');
  return records.map((record) => {
    const fields = JSON.parse(record) as { type: string; message?: Fields };
    const prompt = fields.type === 'user' && typeof fields.message?.content === 'string';
    return prompt ? JSON.stringify({ ...fields, message: { ...fields.message, content: text } }) : record;
  });
}
