import type { Part, Step } from '../../model/turn.ts';
import { object, objects, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { Calls } from './calls.ts';
import { imagePart } from './media.ts';
import { type Repetition, repetitions, spokenParts } from './prompt.ts';
import { type CodexRecord, itemType } from './record.ts';
import { contentOf, textOf } from './text.ts';

/** Returns the steps of an assistant turn: a step is one message of the model with all its calls and their results. */
export function answerSteps(records: CodexRecord[]): Step[] {
  const calls = new Calls(records);
  const told = repetitions(records);
  const said = saidBy(records);
  const steps: Step[] = [];
  let answered = false;
  const add = (parts: Part[], begins: boolean): void => {
    if (parts.length === 0) return;
    if (steps.length === 0 || (answered && begins)) {
      steps.push({ parts: [] });
      answered = false;
    }
    steps.at(-1)?.parts.push(...parts);
  };
  for (const record of records) {
    if (isAnswered(record)) answered = true;
    if (record.type === 'response_item') add(itemParts(record, calls, told), begins(record.payload));
    else add(eventParts(record, said, told), record.payload.type !== 'user_message');
  }
  return steps.length > 0 ? steps : [{ parts: [] }];
}

/** After the results, or the token count, of a message the model's next item begins a new one. */
function isAnswered({ type, payload }: CodexRecord): boolean {
  return type === 'response_item' ? itemType(payload).endsWith('_output') : type === 'event_msg' && payload.type === 'token_count';
}

/** Results, and what a person or the harness puts between, stay in the step before them. */
const begins = (payload: JsonObject): boolean =>
  itemType(payload) === 'message' ? payload.role === 'assistant' : !/_output$|^agent_message$/.test(itemType(payload));

function itemParts(record: CodexRecord, calls: Calls, told: Map<CodexRecord, Repetition>): Part[] {
  const { payload } = record;
  const type = itemType(payload);
  if (type === 'message' && payload.role === 'assistant') return messageParts(payload);
  if (type === 'message' || type === 'agent_message') return spokenParts(record, 'prompt', told.get(record));
  if (type === 'reasoning') return thinking(reasoningText(payload));
  return calls.parts(type, payload);
}

function messageParts(payload: JsonObject): Part[] {
  return contentOf(payload).flatMap((item): Part[] => {
    if (item.type === 'tool_use') return [{ kind: 'tool-call', call: string(item.id), name: string(item.name), input: item.input ?? null }];
    const image = imagePart(item);
    if (image) return [image];
    if (typeof item.text === 'string') return item.text === '' ? [] : [{ kind: 'text', text: item.text }];
    return item.image_url === null ? [] : [{ kind: 'unknown', type: string(item.type), value: item }];
  });
}

/** The summary, and the reasoning itself where a model shows it; `encrypted_content` is for the model alone. */
function reasoningText(payload: JsonObject): string {
  const texts = [...objects(payload.summary), ...objects(payload.content)].map(textOf);
  return texts.filter((text) => text.trim() !== '').join('\n\n');
}

const thinking = (text: string): Part[] => (text.trim() === '' ? [] : [{ kind: 'thinking', text }]);

/** What the items of a turn say, to know an event that repeats it. */
function saidBy(records: CodexRecord[]): string {
  const items = records.filter(({ type }) => type === 'response_item');
  return items
    .map(({ payload }) => (itemType(payload) === 'reasoning' ? reasoningText(payload) : contentOf(payload).map(textOf).join('\n')))
    .join('\0');
}

/** Events matter where no item says the same: errors, and files that hold events alone. */
function eventParts(record: CodexRecord, said: string, told: Map<CodexRecord, Repetition>): Part[] {
  const { type, payload } = record;
  if (type !== 'event_msg') return [];
  const item = object(payload.item);
  const error = payload.type === 'error' ? payload : object(payload.error);
  if (payload.type === 'error' || payload.type === 'task_complete') return errorParts(error);
  const fresh = (text: string): boolean => text.trim() !== '' && !said.includes(text.trim());
  if (payload.type === 'agent_message') return fresh(string(payload.message)) ? [{ kind: 'text', text: string(payload.message) }] : [];
  if (payload.type === 'agent_reasoning') return fresh(string(payload.text)) ? thinking(string(payload.text)) : [];
  if (item.type === 'AgentMessage' || item.type === 'Plan') {
    const text = item.type === 'Plan' ? string(item.text) : objects(item.content).map(textOf).join('\n');
    return fresh(text) ? [{ kind: 'text', text }] : [];
  }
  return spokenParts(record, 'prompt', told.get(record));
}

function errorParts(error: JsonObject): Part[] {
  const text = string(error.message) || string(object(error.error).message);
  return text === '' ? [] : [{ kind: 'error', text }];
}
