import { fail } from '../errors.ts';
import { type Card, type CardBranch, compare, type NativeSource, type Tombstone } from './card.ts';
import { readConversationId, readToolId } from './ids.ts';
import type { ExtraKey } from './turn.ts';
import type { YamlPair, YamlValue } from './yaml.ts';

/** The keys of a card, in their order (format.md 7). */
export const cardKeys = [
  ...(['convo', 'id', 'tool', 'title', 'project', 'tags', 'status', 'priority', 'intent', 'active'] as const),
  ...(['native', 'branches', 'deleted', 'links', 'rev', 'tagrev', 'history'] as const),
] as const;
type CardKey = (typeof cardKeys)[number];

type Fields = ReadonlyMap<string, YamlValue>;

/** Returns the card that the pairs of a frontmatter make, without its notes; throws `bad-page`. */
export function readCardFields(pairs: readonly YamlPair[]): Card {
  const fields = new Map(pairs.map(({ key, value }) => [key, value]));
  if (fields.get('convo') !== '1') throw fail('bad-page', { reason: 'a card of another format' });
  const id = readConversationId(text(fields, 'id') ?? '');
  const tool = readToolId(text(fields, 'tool') ?? '');
  if (!id || !tool) throw wrong(id ? 'tool' : 'id');
  const tagrev = readTags(fields);
  const extra = readExtra(pairs);
  return {
    id,
    tool,
    ...readTexts(fields),
    native: rowsOf(fields, 'native').map(readNative),
    branches: Object.fromEntries([...mapOf(fields, 'branches')].map(([name, value]) => [name, readBranch(value)])),
    ...unlessEmpty('deleted', rowsOf(fields, 'deleted').map(readTombstone)),
    ...unlessEmpty('links', textsOf(fields, 'links')),
    ...unlessEmpty('rev', countersOf(fields, 'rev')),
    ...unlessEmpty('tagrev', tagrev),
    ...unlessEmpty('history', Object.fromEntries([...mapOf(fields, 'history')].map(([key, value]) => [key, texts(value, 'history')]))),
    ...unlessEmpty('extra', extra),
  };
}

function readTexts(fields: Fields): Partial<Card> {
  const keys = ['title', 'project', 'status', 'priority', 'intent', 'active'] as const;
  return Object.fromEntries(keys.flatMap((key) => (fields.has(key) ? [[key, text(fields, key)]] : [])));
}

/** `tagrev` decides; a tag that someone wrote by hand counts as put on once. */
function readTags(fields: Fields): Record<string, number> {
  const counters = countersOf(fields, 'tagrev');
  for (const tag of textsOf(fields, 'tags')) if (!Object.hasOwn(counters, tag)) counters[tag] = 1;
  return counters;
}

function readNative(row: YamlValue): NativeSource {
  const fields = rowMap(row, 'native');
  const tool = readToolId(text(fields, 'tool') ?? '');
  const source = text(fields, 'source');
  if (!tool || source === undefined) throw wrong('native');
  return { tool, source, ...optional(fields, 'root'), ...optional(fields, 'branch') };
}

function readBranch(value: YamlValue): CardBranch {
  const fields = rowMap(value, 'branches');
  return { at: text(fields, 'at') ?? '', ...optional(fields, 'label'), ...optional(fields, 'source') };
}

function readTombstone(row: YamlValue): Tombstone {
  const fields = rowMap(row, 'deleted');
  const ref = text(fields, 'ref');
  if (ref === undefined) throw wrong('deleted');
  return { ref, at: text(fields, 'at') ?? '', turns: textsOf(fields, 'turns') };
}

/** Unknown keys by name, each behind the known key that it stood behind. */
function readExtra(pairs: readonly YamlPair[]): ExtraKey[] {
  const known: ReadonlySet<string> = new Set(cardKeys);
  const extra: ExtraKey[] = [];
  let after = '';
  for (const { key, written } of pairs) {
    if (known.has(key)) after = key;
    else extra.push({ key, value: written, after });
  }
  return extra.sort((a, b) => compare(a.key, b.key));
}

function text(fields: Fields, key: string): string | undefined {
  const value = fields.get(key);
  if (value !== undefined && typeof value !== 'string') throw wrong(key);
  return value;
}

function optional<Key extends string>(fields: Fields, key: Key): { [K in Key]?: string } {
  const value = text(fields, key);
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string });
}

function texts(value: YamlValue, key: string): string[] {
  if (value === '') return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw wrong(key);
  return value;
}

const textsOf = (fields: Fields, key: string) => texts(fields.get(key) ?? [], key);

function rowsOf(fields: Fields, key: CardKey): YamlValue[] {
  const value = fields.get(key) ?? '';
  if (value === '') return [];
  if (!Array.isArray(value)) throw wrong(key);
  return value;
}

function mapOf(fields: Fields, key: CardKey): Fields {
  const value = fields.get(key) ?? '';
  return value === '' ? new Map() : rowMap(value, key);
}

function rowMap(value: YamlValue, key: CardKey): Fields {
  if (!(value instanceof Map)) throw wrong(key);
  return value;
}

function countersOf(fields: Fields, key: CardKey): Record<string, number> {
  const pairs = [...mapOf(fields, key)].map(([name, value]): [string, number] => {
    if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) throw wrong(key);
    return [name, Number(value)];
  });
  return Object.fromEntries(pairs);
}

function unlessEmpty<Key extends string, Value extends object>(key: Key, value: Value): { [K in Key]?: Value } {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

const wrong = (key: string) => fail('bad-page', { reason: `"${key}" of a card is missing or not what it should be` });
