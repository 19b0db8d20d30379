import { hash } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import { object, string, strings } from '../kit/fields.ts';
import type { JsonObject, LineRecord } from '../kit/jsonl.ts';
import { isClientState } from './client-state.ts';
import { element, isCall, isInterrupt, isResult, isSilent, messageBlocks, ownText, timeOf } from './record.ts';
import type { Entry, Kind } from './skeleton.ts';

/** Reasons as one string in memory for all records. */
const commonStops = ['end_turn', 'tool_use', 'stop_sequence', 'max_tokens', 'refusal'];

/** Tools that start a sub-agent; the second name since 2.1.x. */
const agentTools = ['Task', 'Agent'];

/** Returns the short digest by which queued prompts and agents' prompts are found again. */
export function textDigest(text: string): string {
  return hash('sha256', text.trim()).slice(0, 12);
}

/** Returns the skeleton entry of a record: its class after turns.md 1, and what placing it needs. */
export function classify({ value, offset, length }: LineRecord, line: number): Entry {
  // Fields are added to one object and never spread into a new one: that takes twice the memory.
  const entry: Entry = { kind: 'raw', id: string(value.uuid), parent: string(value.parentUuid), offset, length, line };
  const time = timeOf(value);
  if (time !== undefined) entry.time = time;
  if (value.type === 'queue-operation') queueOperation(entry, value);
  else if (entry.id !== '') chained(entry, value);
  return entry;
}

function queueOperation(entry: Entry, value: JsonObject): void {
  const kind = (['enqueue', 'dequeue', 'remove', 'popAll'] as const).find((operation) => operation === value.operation);
  if (!kind) return;
  const text = string(value.content);
  Object.assign(entry, { kind, id: '', parent: '' });
  if (text !== '' && !text.trimStart().startsWith('<task-notification>')) entry.text = textDigest(text);
}

function chained(entry: Entry, value: JsonObject): void {
  if (value.isSidechain === true) entry.side = string(value.agentId);
  if (value.type === 'user' || value.type === 'assistant' || value.type === 'attachment') entry.keeps = true;
  if (value.type === 'user') user(entry, value);
  else if (value.type === 'assistant') assistant(entry, value);
  else if (value.type === 'attachment') attachment(entry, value);
  else if (value.type === 'system') system(entry, value);
  else entry.kind = value.type === 'progress' ? 'trail' : 'unknown';
}

function user(entry: Entry, value: JsonObject): void {
  const blocks = messageBlocks(value);
  const results = blocks.filter(isResult);
  const text = ownText(blocks);
  if (results.length > 0) {
    result(entry, value, results, text);
    return;
  }
  entry.kind = userKind(value, text, blocks);
  if (entry.kind === 'skill') entry.results = [string(value.sourceToolUseID)];
  if (entry.kind === 'command' && element(text, 'command-name')?.trim() === '/compact') entry.compacts = true;
  if (entry.kind === 'notice') notification(entry, text);
  if (entry.kind === 'prompt') entry.text = textDigest(text);
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

function result(entry: Entry, value: JsonObject, results: JsonObject[], text: string): void {
  entry.kind = 'result';
  entry.results = results.map((block) => string(block.tool_use_id) || string(value.sourceToolUseID));
  const outcome = object(value.toolUseResult);
  const agent = string(outcome.agentId);
  if (agent !== '') entry.agent = agent;
  if (agent !== '' && outcome.isAsync !== true && outcome.status !== 'async_launched') entry.final = true;
  if (isInterrupt(text)) entry.stop = 'interrupted';
}

/** Notes the agent that a notification tells of; it brings the final result unless its status says otherwise. */
function notification(entry: Entry, text: string): void {
  const agent = element(text, 'task-id')?.trim();
  const status = element(text, 'status')?.trim();
  if (!agent) return;
  entry.agent = agent;
  if (status === undefined || status === 'completed' || status === 'failed') entry.final = true;
}

function assistant(entry: Entry, value: JsonObject): void {
  entry.kind = isSilent(value) ? 'trail' : 'assistant';
  if (entry.kind === 'trail') return;
  const blocks = messageBlocks(value);
  const calls = blocks.filter(isCall);
  if (calls.length > 0) entry.calls = calls.map((block) => string(block.id));
  const results = blocks.filter(isResult).map((block) => string(block.tool_use_id));
  if (results.length > 0) entry.results = results;
  const tasks = calls.filter((block) => agentTools.includes(string(block.name)));
  if (tasks.length > 0) entry.tasks = tasks.map((block) => [string(block.id), textDigest(string(object(block.input).prompt))]);
  const stop = value.isApiErrorMessage === true ? 'error' : string(object(value.message).stop_reason);
  if (stop !== '') entry.stop = commonStops.find((common) => common === stop) ?? stop;
  const last = blocks.findLast((block) => block.type !== 'text' || string(block.text) !== '');
  if (last?.type === 'text') entry.says = true;
}

function attachment(entry: Entry, value: JsonObject): void {
  const content = object(value.attachment);
  entry.kind = isClientState(string(content.type)) ? 'state' : 'part';
  if (content.type !== 'queued_command') return;
  const text = queuedText(content.prompt);
  entry.text = textDigest(text);
  if (text.trimStart().startsWith('<task-notification>')) notification(entry, text);
}

/** Returns the text of a queued prompt, which is a string or a list of blocks. */
export function queuedText(prompt: Json | undefined): string {
  return typeof prompt === 'string' ? prompt : ownText(Array.isArray(prompt) ? prompt.map(object) : []);
}

function system(entry: Entry, value: JsonObject): void {
  const subtype = string(value.subtype);
  const content = string(value.content).trimStart();
  if (subtype === 'compact_boundary') boundary(entry, value);
  else if (subtype === 'turn_duration') entry.kind = 'duration';
  else if (subtype === 'local_command') entry.kind = /^<command-(name|message)>/.test(content) ? 'lead' : 'part';
  else entry.kind = /error|refusal/.test(subtype) ? 'part' : 'trail';
}

function boundary(entry: Entry, value: JsonObject): void {
  const { preservedMessages, preservedSegment } = object(value.compactMetadata);
  const preserved = object(preservedMessages);
  const all = strings(preserved.allUuids).length > 0 ? strings(preserved.allUuids) : strings(preserved.uuids);
  entry.kind = 'boundary';
  if (entry.parent === '') entry.parent = string(value.logicalParentUuid);
  if (all.length > 0) entry.preserved = all;
  const [anchor, tail] = [string(object(preservedSegment).anchorUuid), string(object(preservedSegment).tailUuid)];
  if (anchor !== '' && tail !== '') entry.segment = [anchor, tail];
}
