import type { Part } from '../../model/turn.ts';
import { object, objects, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { classify } from './classify.ts';
import { dataPart, imagePart } from './media.ts';
import { type CodexRecord, itemType } from './record.ts';
import { contentOf, eventText, isImageMark, reviewCommand, shellCommand, spoken, textOf } from './text.ts';

/** Returns the parts of a user turn: what the harness added in front, then the person's words. */
export function promptParts(records: CodexRecord[]): Part[] {
  const told = repetitions(records);
  const parts = records.flatMap((record) => spokenParts(record, 'text', told.get(record)));
  return [...parts.filter(isContext), ...parts.filter((part) => !isContext(part))];
}

const isContext = (part: Part): boolean => part.kind === 'context';

/** again: the words stand in the item before or behind it · sent: an item that says more than what was typed */
export type Repetition = 'again' | 'sent';

/**
 * A person's words stand in a turn twice, as an item of the model's history and as an event, in either order. Returns which of
 * the two says nothing new, and which items differ from the event: then the event is what was typed.
 */
export function repetitions(records: CodexRecord[]): Map<CodexRecord, Repetition> {
  const found = new Map<CodexRecord, Repetition>();
  let waiting: { record: CodexRecord; via: 'item' | 'event'; text: string } | undefined;
  for (const record of records) {
    const what = classify(record).class;
    if (what.is === 'answer' || what.is === 'call' || what.is === 'unknown') waiting = undefined;
    if (what.is !== 'prompt' || what.kind !== undefined) continue;
    if (waiting === undefined || waiting.via === what.via) {
      waiting = { record, via: what.via, text: what.text };
      continue;
    }
    const [item, event] = what.via === 'item' ? [record, waiting.record] : [waiting.record, record];
    if (sameWords(waiting.text, what.text)) found.set(event, 'again');
    else found.set(item, 'sent');
    waiting = undefined;
  }
  return found;
}

const sameWords = (a: string, b: string): boolean => a.replace(/\s+/g, '') === b.replace(/\s+/g, '');

/** Returns the parts of a record by which a person or the harness speaks; none for another record. */
export function spokenParts(record: CodexRecord, as: 'text' | 'prompt', told: Repetition | undefined): Part[] {
  const { type, payload } = record;
  if (type === 'event_msg') return told === 'again' ? [] : eventParts(payload, as);
  if (type !== 'response_item') return [];
  if (itemType(payload) === 'agent_message') return agentMessageParts(payload);
  if (classify(record).class.is === 'unknown') return [{ kind: 'unknown', type: itemType(payload), value: payload }];
  if (itemType(payload) !== 'message' || payload.role === 'assistant') return [];
  if (payload.role !== 'user') return contentOf(payload).flatMap((item) => contextPart(textOf(item), string(payload.role)));
  return spoken(payload).flatMap(({ item, as: speaker }): Part[] => {
    if (speaker === 'shell') return shellParts(textOf(item));
    if (item.type === 'input_image') return present(imagePart(item));
    if (speaker === 'note') return isImageMark(textOf(item)) ? [] : contextPart(textOf(item), labelOf(textOf(item)));
    if (textOf(item) === '') return item.text === '' ? [] : [{ kind: 'unknown', type: string(item.type), value: item }];
    return told === 'sent' ? [{ kind: 'context', label: 'as sent', text: textOf(item) }] : [{ kind: as, text: textOf(item) }];
  });
}

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
const contextPart = (text: string, label: string): Part[] => (text.trim() === '' ? [] : [{ kind: 'context', label, text }]);

/** Returns a name for injected text: the element it stands in. */
export function labelOf(text: string): string {
  const element = /^\s*<([A-Za-z][\w-]*)/.exec(text)?.[1];
  return element ?? (/^\s*# AGENTS\.md/.test(text) ? 'AGENTS.md' : 'context');
}

function shellParts(text: string): Part[] {
  const shell = shellCommand(text);
  if (!shell) return [{ kind: 'command', text }];
  return [
    { kind: 'command', text: `! ${shell.command}` },
    ...(shell.output === '' ? [] : [{ kind: 'output' as const, text: shell.output }]),
  ];
}

function eventParts(payload: JsonObject, as: 'text' | 'prompt'): Part[] {
  if (payload.type === 'entered_review_mode') return [{ kind: 'command', text: reviewCommand(payload) }];
  const item = object(payload.item);
  if (payload.type !== 'user_message' && item.type !== 'UserMessage') return [];
  const text = eventText(payload);
  const urls = [
    ...objects(item.content).map((part) => string(part.image_url)),
    ...(Array.isArray(payload.images) ? payload.images.map(string) : []),
  ];
  return [...(text.trim() === '' ? [] : [{ kind: as, text }]), ...urls.flatMap((url) => present(dataPart(url)))];
}

/** A message between agents (multi-agent threads); parts of it may be encrypted. */
function agentMessageParts(payload: JsonObject): Part[] {
  const label = `${string(payload.author) || 'agent'} to ${string(payload.recipient) || 'agent'}`;
  return contentOf(payload).flatMap((item) => contextPart(textOf(item), label));
}
