import type { Json } from '../../model/json.ts';
import { object, objects, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';

/** Returns the content blocks of a message; content that is one string is one text block. */
export function blocksOf(content: Json | undefined): JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content);
}

/** Returns the content blocks of a user or assistant record. */
export function messageBlocks(record: JsonObject): JsonObject[] {
  return blocksOf(object(record.message).content);
}

const reminder = /^\s*<system-reminder>([\s\S]*?)<\/system-reminder>\s*/;

/** Splits the reminders that the harness put before a text from the text. */
export function splitReminders(text: string): { reminders: string[]; rest: string } {
  const reminders: string[] = [];
  let rest = text;
  for (let match = reminder.exec(rest); match; match = reminder.exec(rest)) {
    reminders.push((match[1] ?? '').trim());
    rest = rest.slice(match[0].length);
  }
  return { reminders, rest };
}

/** Returns the text of a record's text blocks without leading reminders, joined by line ends. */
export function ownText(blocks: JsonObject[]): string {
  const texts = blocks.filter((block) => block.type === 'text').map((block) => splitReminders(string(block.text)).rest);
  return texts.filter((text) => text.trim() !== '').join('\n');
}

/** Returns the text inside the first `<name>` element, undefined when there is none. */
export function element(text: string, name: string): string | undefined {
  const open = text.indexOf(`<${name}>`);
  if (open < 0) return undefined;
  const from = open + name.length + 2;
  const end = text.indexOf(`</${name}>`, from);
  return text.slice(from, end < 0 ? text.length : end);
}

/** Returns milliseconds since 1970 of a record, undefined without a readable timestamp. */
export function timeOf(record: JsonObject): number | undefined {
  const time = typeof record.timestamp === 'string' ? Date.parse(record.timestamp) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Returns true for a block by which the model calls a tool, its client's or the service's. */
export const isCall = (block: JsonObject): boolean => string(block.type).endsWith('tool_use') && typeof block.id === 'string';
/** Returns true for a block that holds the result of a call. */
export const isResult = (block: JsonObject): boolean => string(block.type).endsWith('tool_result');

/** Returns true for text by which the client says that the person stopped the assistant. */
export const isInterrupt = (text: string): boolean => /^\s*\[Request interrupted by user/.test(text);

/** Returns true for the client's stand-in for an answer that nobody asked for. */
export function isSilent(record: JsonObject): boolean {
  const message = object(record.message);
  return message.model === '<synthetic>' && ownText(blocksOf(message.content)).trim() === 'No response requested.';
}
