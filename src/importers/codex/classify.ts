import { hash } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import type { Stop } from '../../model/turn.ts';
import { number, object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { finishedByEvent, finishedByText } from './agents.ts';
import { type CodexRecord, itemType, turnOf } from './record.ts';
import { contentOf, eventText, promptText, reviewCommand, spoken, textOf } from './text.ts';

/** What a record does to the sequence of turns; see `advance`. */
export type Class =
  /** A person's words, once as a response item and once as an event. */
  | { is: 'prompt'; via: 'item' | 'event'; text: string; kind?: 'shell' | 'command' }
  /** What the harness told the model. */
  | { is: 'note' }
  /** The assistant speaks or thinks. */
  | { is: 'answer'; says: boolean }
  | { is: 'call'; call: string }
  /** A response item of an unknown type. */
  | { is: 'unknown' }
  | { is: 'output'; call: string }
  /** An event that repeats what an assistant's response item says: begins the turn, closes nothing. */
  | { is: 'echo' }
  /** The summary as the model wrote it, before the `compacted` record. */
  | { is: 'summary' }
  | { is: 'compacted' }
  | { is: 'start' }
  | { is: 'settings'; model: string }
  | { is: 'end'; stop: Stop; error: boolean }
  | { is: 'rollback'; turns: number }
  | { is: 'tokens'; usage: Usage }
  | { is: 'title'; title: string }
  | { is: 'meta' }
  /** An event of a turn that says nothing of its own. */
  | { is: 'event' }
  /** Of no turn. */
  | { is: 'raw' };

/** Token counts of a `token_count`: of the thread so far, and of its last request where told. */
export interface Usage {
  /** Equal in two records when the second only repeats the first. */
  total: string;
  totalOutput?: number;
  output?: number;
  input?: number;
}

export interface Classified {
  class: Class;
  turn?: string;
  /** A replay (a legacy fork) keeps it: response items, compactions and user messages. */
  kept: boolean;
  /** Sub-agent threads whose final result it tells. */
  agents: string[];
}

const silentEvents = ['thread_settings_applied', 'thread_goal_updated'];
/** Events of older versions that only repeat response items, but come before them. */
const echoes = ['agent_message', 'agent_reasoning', 'agent_reasoning_raw_content', 'error'];
/** Response items that show nothing: snapshots, counts, and compactions that only Codex can read. */
export const silentItems = [
  'ghost_snapshot',
  'compaction',
  'compaction_summary',
  'compaction_trigger',
  'context_compaction',
  'additional_tools',
  'token_count',
];
/** Items of paginated files that do not show what the assistant did. */
const plainItems = ['ContextCompaction', 'EnteredReviewMode', 'ExitedReviewMode', 'HookPrompt'];

/** Returns what a record is for the turns. Unknown record types are of no turn. */
export function classify(record: CodexRecord): Classified {
  const turn = turnOf(record);
  const found: Classified = { class: classOf(record), kept: false, agents: agentsOf(record) };
  if (turn !== undefined) found.turn = turn;
  found.kept = ['response_item', 'compacted'].includes(record.type) || (found.class.is === 'prompt' && found.class.via === 'event');
  return found;
}

function classOf({ type, payload, summary }: CodexRecord): Class {
  if (type === 'session_meta') return { is: 'meta' };
  if (type === 'turn_context') return { is: 'settings', model: string(payload.model) };
  if (type === 'compacted') return { is: 'compacted' };
  if (type === 'event_msg') return eventClass(payload);
  if (type === 'response_item') return summary ? { is: 'summary' } : itemClass(payload);
  return { is: 'raw' };
}

function itemClass(payload: JsonObject): Class {
  const type = itemType(payload);
  if (type === 'message') return messageClass(payload);
  if (type === 'agent_message') return { is: 'note' };
  if (type === 'reasoning') return { is: 'answer', says: false };
  if (type === 'token_count') return { is: 'tokens', usage: usageOf(payload) };
  if (silentItems.includes(type)) return { is: 'note' };
  if (type.endsWith('_output')) return { is: 'output', call: string(payload.call_id) };
  if (!type.endsWith('_call')) return { is: 'unknown' };
  const call = string(payload.call_id);
  return call === '' ? { is: 'answer', says: false } : { is: 'call', call };
}

function messageClass(payload: JsonObject): Class {
  if (payload.role === 'assistant') return { is: 'answer', says: contentOf(payload).some((item) => textOf(item).trim() !== '') };
  if (payload.role !== 'user') return { is: 'note' };
  const parts = spoken(payload);
  if (parts.some(({ as }) => as === 'shell'))
    return { is: 'prompt', via: 'item', text: contentOf(payload).map(textOf).join('\n'), kind: 'shell' };
  return parts.some(({ as }) => as === 'prompt') ? { is: 'prompt', via: 'item', text: promptText(payload) } : { is: 'note' };
}

function eventClass(payload: JsonObject): Class {
  const type = string(payload.type);
  if (silentEvents.includes(type)) return { is: 'raw' };
  if (type === 'user_message') return { is: 'prompt', via: 'event', text: eventText(payload) };
  if (type === 'item_completed') return completedClass(payload);
  if (type === 'entered_review_mode') return { is: 'prompt', via: 'event', text: reviewCommand(payload), kind: 'command' };
  if (echoes.includes(type)) return { is: 'echo' };
  if (type === 'task_started' || type === 'turn_started') return { is: 'start' };
  if (type === 'task_complete' || type === 'turn_complete') {
    const error = payload.error !== undefined && payload.error !== null;
    return { is: 'end', stop: error ? 'error' : 'end', error };
  }
  if (type === 'turn_aborted') return { is: 'end', stop: stopOf(string(payload.reason)), error: false };
  if (type === 'thread_rolled_back') return { is: 'rollback', turns: number(payload.num_turns) ?? 0 };
  if (type === 'token_count') return { is: 'tokens', usage: usageOf(payload) };
  if (type === 'thread_name_updated') return { is: 'title', title: string(payload.thread_name) };
  return { is: 'event' };
}

const stopOf = (reason: string): Stop => (reason === '' || reason === 'replaced' ? 'interrupted' : reason);

function completedClass(payload: JsonObject): Class {
  const item = object(payload.item);
  if (item.type === 'UserMessage') return { is: 'prompt', via: 'event', text: eventText(payload) };
  return plainItems.includes(string(item.type)) || item.source === 'user_shell' ? { is: 'event' } : { is: 'echo' };
}

/** `info.last_token_usage` since 0.3x; converters write the counts into `info` or the payload itself. */
function usageOf(payload: JsonObject): Usage {
  const info = object(payload.info ?? payload);
  const total = object(info.total_token_usage);
  const last = object(info.last_token_usage ?? (info.total_token_usage === undefined ? info : undefined));
  const usage: Usage = { total: info.total_token_usage === undefined ? '' : JSON.stringify(total) };
  const values = { totalOutput: number(total.output_tokens), output: number(last.output_tokens), input: number(last.input_tokens) };
  if (values.totalOutput !== undefined) usage.totalOutput = values.totalOutput;
  if (values.output !== undefined) usage.output = values.output;
  if (values.input !== undefined) usage.input = values.input;
  return usage;
}

function agentsOf({ type, payload }: CodexRecord): string[] {
  if (type === 'event_msg') return /^(?:collab_|sub_agent_|item_completed$)/.test(string(payload.type)) ? finishedByEvent(payload) : [];
  if (type !== 'response_item') return [];
  if (itemType(payload) === 'function_call_output') return typeof payload.output === 'string' ? finishedByText(payload.output) : [];
  const notice =
    payload.role === 'user'
      ? contentOf(payload)
          .map(textOf)
          .find((text) => text.includes('<subagent_notification>'))
      : undefined;
  return notice === undefined ? [] : finishedByText(notice);
}

/** Keys that differ between a record and its copy in a fork. */
const ownKeys = [
  'timestamp',
  'ordinal',
  'session_id',
  'thread_id',
  'metadata',
  'internal_chat_message_metadata_passthrough',
  'started_at',
  'completed_at',
];

/**
 * Returns the 8 characters by which the records line names a record (format.md 4): of sha256 of its native id, where it has
 * one (Codex's ids begin with a fixed word or the time, so their own first characters tell nothing), else of its payload.
 */
export function recordId({ type, payload }: CodexRecord): string {
  const item = object(payload.item);
  const id = type === 'response_item' ? string(payload.id) : string(item.id);
  return digest(id === '' ? type + sharedText(payload) : `${string(item.type)}${id}`);
}

/** A payload's JSON without the keys of its own. Most stand at the top, and asking about every key within takes ten times as long. */
function sharedText(payload: JsonObject): string {
  const top = JSON.stringify(Object.fromEntries(Object.entries(payload).filter(([key]) => !isOwn(key))));
  return anyOwn.test(top) ? JSON.stringify(payload, (key, value: Json) => (isOwn(key) ? undefined : value)) : top;
}

const isOwn = (key: string): boolean => ownKeys.includes(key) || key.endsWith('_at_ms');
/** No such key stands anywhere in a text without this; a text may have it that has none. */
const anyOwn = new RegExp(`(?:"(?:${ownKeys.join('|')})|_at_ms)":`);

const digest = (text: string): string => hash('sha256', text).slice(0, 8);
