import { type Card, type CardField, tagsOf, withField, withTag } from './card.ts';
import { oneLine, plainText } from './plain-text.ts';

/** What a person writes on a card by hand; tags apart. */
export const labelFields = ['title', 'project', 'status', 'priority', 'intent', 'notes'] as const satisfies readonly CardField[];
export type LabelField = (typeof labelFields)[number];

/** New values of a card: '' empties a field. */
export type Labels = Partial<Record<LabelField, string>>;

/** Tags of one conversation. */
export const mostTags = 64;
const notesBytes = 32 * 1024;

const lineWords = (most: number) => `one line of at most ${most} characters, without control characters`;

/** What a value of each field is, for people. */
const expected: Readonly<Record<LabelField, string>> = {
  title: lineWords(200),
  project: lineWords(200),
  status: 'at most 32 letters, digits, spaces, ".", "_" and "-": active, waiting, done, or a word of yours',
  priority: 'a number from 1, the most urgent, to 5',
  intent: lineWords(100),
  notes: 'text of at most 32 KB, without control characters',
};

const rules: Readonly<Record<LabelField, (value: string) => boolean>> = {
  title: (value) => value !== '' && isLine(value, 200),
  project: (value) => isLine(value, 200),
  status: (value) => value === '' || /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,31}$/u.test(value),
  priority: (value) => value === '' || /^[1-5]$/.test(value),
  intent: (value) => isLine(value, 100),
  notes: (value) => isPlain(value) && Buffer.byteLength(value) <= notesBytes,
};

const isPlain = (value: string) => plainText(value) === value;
const isLine = (value: string, most: number) => isPlain(value) && !/[\n\t]/.test(value) && [...value].length <= most;

/** Returns a value as cards keep it: normalised, without spaces around it or two in a row; a status in small letters, notes with a line end. */
export function cleanLabel(field: LabelField, text: string): string {
  const value = text.normalize('NFC').replace(/\r\n?/g, '\n').trim();
  if (field === 'notes') return value === '' ? '' : `${value}\n`;
  const spaced = value.replace(/ {2,}/g, ' ');
  return field === 'status' ? spaced.toLowerCase() : spaced;
}

/** Returns what the value of a field should be where a clean one is not that; undefined where it is. */
export function labelFault(field: LabelField, value: string): string | undefined {
  return rules[field](value) ? undefined : expected[field];
}

/** Returns a tag as cards keep it. */
export const cleanTag = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** Returns what a tag should be where a clean one is not that; undefined where it is. */
export function tagFault(tag: string): string | undefined {
  return /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:+#-]{0,63}$/u.test(tag)
    ? undefined
    : 'a word of at most 64 letters, digits, ".", "_", ":", "+", "#" and "-"';
}

/** Returns the card with these values; itself where it has them. */
export function withLabels(card: Card, labels: Labels): Card {
  return labelFields.reduce((next, field) => {
    const value = labels[field];
    return value === undefined ? next : withField(next, field, value === '' ? undefined : value);
  }, card);
}

/** Returns the card with some tags put on and others taken off; itself where that changes nothing. */
export function withTags(card: Card, { on = [], off = [] }: TagEdit): Card {
  const put = on.reduce((next, tag) => withTag(next, tag, true), card);
  return off.reduce((next, tag) => withTag(next, tag, false), put);
}

export interface TagEdit {
  on?: readonly string[];
  off?: readonly string[];
}

/** One value that an edit changed; tags are one, separated by commas. */
export interface LabelChange {
  field: LabelField | 'tags';
  before?: string;
  after?: string;
}

/** Returns what is different on a card after an edit of its labels. */
export function labelChanges(before: Card, after: Card): LabelChange[] {
  const rows = [...labelFields.map((field) => ({ field, was: before[field], is: after[field] })), tagRow(before, after)];
  return rows
    .filter(({ was, is }) => was !== is)
    .map(({ field, was, is }) => ({ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }));
}

/** Returns such changes in words: `status done, no priority, title "New title", notes`. */
export function changeWords(changes: readonly LabelChange[]): string {
  return changes.map(({ field, after }) => (after === undefined ? `no ${field}` : `${field}${valueWord(field, after)}`)).join(', ');
}

function valueWord(field: LabelChange['field'], value: string): string {
  if (field === 'notes') return '';
  return field === 'tags' ? ` ${oneLine(value, 60)}` : /^[\w.-]+$/.test(value) ? ` ${value}` : ` "${oneLine(value, 60)}"`;
}

function tagRow(before: Card, after: Card) {
  const text = (card: Card) => tagsOf(card).join(', ') || undefined;
  return { field: 'tags' as const, was: text(before), is: text(after) };
}
