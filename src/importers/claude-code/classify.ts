import { createHash } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import type { JsonObject, LineRecord } from '../kit/jsonl.ts';
import { element, isCall, isInterrupt, isResult, isSilent, messageBlocks, object, ownText, string, strings, timeOf } from './record.ts';
import type { Entry, Kind } from './skeleton.ts';

/** Tools that start a sub-agent; the second name since 2.1.x. */
const agentTools = ['Task', 'Agent'];

/** Returns the short digest by which queued prompts and agents' prompts are found again. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text.trim()).digest('hex').slice(0, 12);
}

/** Returns the skeleton entry of a record: its class after turns.md 1, and what placing it needs. */
export function classify({ value, offset, length }: LineRecord, line: number): Entry {
  const id = string(value.uuid);
  const entry: Entry = { kind: 'raw', id, parent: string(value.parentUuid), offset, length, line };
  const time = timeOf(value);
  if (time !== undefined) entry.time = time;
  if (value.type === 'queue-operation') return queueOperation(entry, value);
  if (id === '') return entry;
  if (value.isSidechain === true) entry.side = string(value.agentId);
  if (value.type === 'user' || value.type === 'assistant' || value.type === 'attachment') entry.keeps = true;
  if (value.type === 'user') return user(entry, value);
  if (value.type === 'assistant') return assistant(entry, value);
  if (value.type === 'attachment') return attachment(entry, value);
  if (value.type === 'system') return system(entry, value);
  return { ...entry, kind: value.type === 'progress' ? 'trail' : 'part' };
}

function queueOperation(entry: Entry, value: JsonObject): Entry {
  const kind = (['enqueue', 'dequeue', 'remove', 'popAll'] as const).find((operation) => operation === value.operation);
  if (!kind) return entry;
  const text = string(value.content);
  const typed = text !== '' && !text.trimStart().startsWith('<task-notification>');
  return { ...entry, id: '', parent: '', kind, ...(typed ? { text: textDigest(text) } : {}) };
}

function user(entry: Entry, value: JsonObject): Entry {
  const blocks = messageBlocks(value);
  const results = blocks.filter(isResult);
  if (results.length > 0) return result(entry, value, results, blocks);
  const text = ownText(blocks);
  const kind = userKind(value, text, blocks);
  const placed: Entry = { ...entry, kind };
  if (kind === 'skill') placed.results = [string(value.sourceToolUseID)];
  if (kind === 'command' && element(text, 'command-name')?.trim() === '/compact') placed.compacts = true;
  if (kind === 'notice') Object.assign(placed, notification(text));
  if (kind === 'prompt') placed.text = textDigest(text);
  return placed;
}

function userKind(value: JsonObject, text: string, blocks: JsonObject[]): Kind {
  const start = text.trimStart();
  if (value.isCompactSummary === true) return 'summary';
  if (isInterrupt(start)) return 'interrupt';
  if (start.startsWith('<local-command-caveat>') || (value.isMeta === true && start.startsWith('Caveat:'))) return 'lead';
  if (/^<(local-command-std(out|err)|bash-std(out|err))>/.test(start)) return 'part';
  if (start.startsWith('<task-notification>')) return 'notice';
  if (value.isMeta === true) {
    if (string(value.sourceToolUseID) !== '') return 'skill';
    return text === '' && blocks.every((block) => block.type === 'text') ? 'lead' : 'part';
  }
  if (start.startsWith('<bash-input>')) return 'shell';
  if (/^<command-(name|message)>/.test(start)) return 'command';
  return blocks.length === 0 ? 'part' : 'prompt';
}

function result(entry: Entry, value: JsonObject, results: JsonObject[], blocks: JsonObject[]): Entry {
  const calls = results.map((block) => string(block.tool_use_id) || string(value.sourceToolUseID));
  const placed: Entry = { ...entry, kind: 'result', results: calls };
  const outcome = object(value.toolUseResult);
  const agent = string(outcome.agentId);
  if (agent !== '') {
    placed.agent = agent;
    if (outcome.isAsync !== true && outcome.status !== 'async_launched') placed.final = true;
  }
  if (isInterrupt(ownText(blocks))) placed.stop = 'interrupted';
  return placed;
}

function notification(text: string): Partial<Entry> {
  const agent = element(text, 'task-id')?.trim();
  const status = element(text, 'status')?.trim();
  return agent ? { agent, ...(status === undefined || status === 'completed' || status === 'failed' ? { final: true } : {}) } : {};
}

function assistant(entry: Entry, value: JsonObject): Entry {
  if (isSilent(value)) return { ...entry, kind: 'trail' };
  const message = object(value.message);
  const blocks = messageBlocks(value);
  const placed: Entry = { ...entry, kind: 'assistant' };
  const calls = blocks.filter(isCall);
  if (calls.length > 0) placed.calls = calls.map((block) => string(block.id));
  const results = blocks.filter(isResult).map((block) => string(block.tool_use_id));
  if (results.length > 0) placed.results = results;
  const tasks = calls.filter((block) => agentTools.includes(string(block.name)));
  if (tasks.length > 0) placed.tasks = tasks.map((block) => [string(block.id), textDigest(string(object(block.input).prompt))]);
  const stop = value.isApiErrorMessage === true ? 'error' : string(message.stop_reason);
  if (stop !== '') placed.stop = stop;
  const last = blocks.findLast((block) => block.type !== 'text' || string(block.text) !== '');
  if (last?.type === 'text') placed.says = true;
  return placed;
}

function attachment(entry: Entry, value: JsonObject): Entry {
  const content = object(value.attachment);
  const placed: Entry = { ...entry, kind: 'part' };
  if (content.type !== 'queued_command') return placed;
  const text = queuedText(content.prompt);
  placed.text = textDigest(text);
  if (text.trimStart().startsWith('<task-notification>')) Object.assign(placed, notification(text));
  return placed;
}

/** Returns the text of a queued prompt, which is a string or a list of blocks. */
export function queuedText(prompt: Json | undefined): string {
  return typeof prompt === 'string' ? prompt : ownText(Array.isArray(prompt) ? (prompt as JsonObject[]).map(object) : []);
}

function system(entry: Entry, value: JsonObject): Entry {
  const subtype = string(value.subtype);
  const content = string(value.content).trimStart();
  if (subtype === 'compact_boundary') {
    const metadata = object(value.compactMetadata);
    const preserved = object(metadata.preservedMessages);
    const all = strings(preserved.allUuids).length > 0 ? strings(preserved.allUuids) : strings(preserved.uuids);
    const parent = entry.parent === '' ? string(value.logicalParentUuid) : entry.parent;
    return { ...entry, kind: 'boundary', parent, ...(all.length > 0 ? { preserved: all } : {}) };
  }
  if (subtype === 'turn_duration') return { ...entry, kind: 'duration' };
  if (subtype === 'local_command') return { ...entry, kind: /^<command-(name|message)>/.test(content) ? 'lead' : 'part' };
  return { ...entry, kind: /error|refusal/.test(subtype) ? 'part' : 'trail' };
}
