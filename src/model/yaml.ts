import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';
import { fail } from '../errors.ts';
import { wordSet } from './word-set.ts';

/** What convo reads of YAML: every scalar is the string that was written. */
export type YamlValue = string | YamlValue[] | Map<string, YamlValue>;

const maxDepth = 8;
const refusedKeys = new Set(['__proto__', '<<']);
// Deeper they may be the name of a branch or a tag.
const refusedTopKeys = new Set(['constructor', 'prototype']);

/** One top-level pair, with the text of its value as it stands in the source. */
export interface YamlPair {
  key: string;
  value: YamlValue;
  /** Behind the colon and one space, without the last line end. */
  written: string;
}

/**
 * Returns the pairs of a document that is one mapping, in their order; none for an empty one. Throws `bad-page` for anchors,
 * aliases, tags, merge and prototype keys, duplicate keys, more than one document, over `maxLength`, nesting over 8.
 */
export function readYaml(text: string, maxLength = 64 * 1024): YamlPair[] {
  if (text.trim() === '') return [];
  if (text.length > maxLength) throw refuse(`more than ${maxLength / 1024} KB`);
  const source: Source = { text, events: events(text), at: 1 };
  const root = source.events[1];
  if (root?.type !== EVENT_ID.MAPPING) throw refuse('the frontmatter is not a list of keys');
  guard(root);
  source.at = 2;
  const starts: number[] = [];
  const map = readMap(source, starts);
  if (source.events.slice(source.at).some((event) => event.type !== EVENT_ID.POP)) throw refuse('more than one document');
  for (const key of map.keys()) if (refusedTopKeys.has(key)) throw refuse(`the key "${key}"`);
  return [...map].map(([key, value], i) => ({ key, value, written: written(text, starts[i] ?? 0, starts[i + 1] ?? text.length) }));
}

interface Source {
  text: string;
  events: Event[];
  at: number;
}

function events(text: string): Event[] {
  let parsed: Event[];
  try {
    parsed = parseEvents(text, { maxDepth });
  } catch (error) {
    throw fail(
      'bad-page',
      { reason: `its frontmatter is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}` },
      error,
    );
  }
  const first = parsed[0];
  if (first?.type === EVENT_ID.DOCUMENT && first.directives.length > 0) throw refuse('directives');
  return parsed;
}

function readValue(source: Source): YamlValue {
  const event = source.events[source.at];
  source.at += 1;
  if (event === undefined) throw refuse('an unfinished value');
  guard(event);
  if (event.type === EVENT_ID.SCALAR) return getScalarValue(source.text, event);
  if (event.type === EVENT_ID.SEQUENCE) return readList(source);
  if (event.type === EVENT_ID.MAPPING) return readMap(source, []);
  throw refuse('an unknown value');
}

function readList(source: Source): YamlValue[] {
  const list: YamlValue[] = [];
  while (source.events[source.at]?.type !== EVENT_ID.POP) list.push(readValue(source));
  source.at += 1;
  return list;
}

function readMap(source: Source, starts: number[]): Map<string, YamlValue> {
  const map = new Map<string, YamlValue>();
  for (let event = source.events[source.at]; event?.type !== EVENT_ID.POP; event = source.events[source.at]) {
    if (event?.type !== EVENT_ID.SCALAR) throw refuse('a key that is no text');
    const quoted = event.style !== 1 ? 1 : 0;
    starts.push(event.valueStart - quoted);
    const key = readValue(source) as string;
    if (refusedKeys.has(key)) throw refuse(`the key "${key}"`);
    if (map.has(key)) throw refuse(`the key "${key}" twice`);
    map.set(key, readValue(source));
  }
  source.at += 1;
  return map;
}

function guard(event: Event): void {
  if (event.type === EVENT_ID.ALIAS) throw refuse('an alias');
  if ('anchorStart' in event && event.anchorStart !== -1) throw refuse('an anchor');
  if ('tagStart' in event && event.tagStart !== -1) throw refuse('a tag');
}

function written(text: string, start: number, end: number): string {
  const pair = text.slice(start, end).replace(/\n$/, '');
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:/s.exec(pair);
  const colon = quoted ? quoted[0].length : pair.indexOf(':') + 1;
  return pair.slice(pair[colon] === ' ' ? colon + 1 : colon);
}

const refuse = (what: string) => fail('bad-page', { reason: `its frontmatter holds ${what}` });

const ambiguousWords = wordSet('true false yes no on off y n null ~ .nan');
const longestAmbiguous = 5;
// Numbers and dates of YAML 1.1 and 1.2, so that no reader takes an id for one.
const numberLike = new RegExp(
  [
    '[-+]?[0-9][0-9_,]*',
    '[-+]?0[xobXOB][0-9a-fA-F_]+',
    '[-+]?(?:\\.[0-9]|[0-9])[0-9_]*(?:\\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?',
    '[-+]?\\.[iI][nN][fF]',
    '\\d{4}-\\d\\d?-\\d\\d?(?:[tT ].*)?',
  ]
    .map((form) => `^${form}$`)
    .join('|'),
);
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

// What no plain text holds; of characters beyond ASCII those of General Punctuation, which has no letter, mark or number.
const neverPlain = /[\0-\x1f"<>[\\\]^`{|}~\x7f\u2000-\u206f]|: |:$| #| $/;

/** Returns a string as one line of YAML: plain where every reader takes it for text, else quoted as in JSON. */
export function yamlText(value: string): string {
  return instant.test(value) || isPlain(value) ? value : quote(value);
}

function isPlain(value: string): boolean {
  if (value.length <= longestAmbiguous && ambiguousWords.has(value.toLowerCase())) return false;
  if (neverPlain.test(value) || (/^[-+.\d]/.test(value) && numberLike.test(value))) return false;
  // The second takes two milliseconds to be made, so it is where it is used: a title that was cut ends in an ellipsis.
  return /^[\0-\x7f]*$/.test(value)
    ? /^[A-Za-z0-9_/(][A-Za-z0-9 _./@+(),'!;=?%$&*:#-]*$/.test(value)
    : /^[\p{L}\p{N}_/(][\p{L}\p{M}\p{N} _./@+(),'!;=?%$&*:#-]*$/u.test(value);
}

/** Returns a string for use between `{`, `[`, `,`, `]` and `}`. */
export function yamlFlowText(value: string): string {
  const text = yamlText(value);
  return /^"|[,:]/.test(text) ? quote(value) : text;
}

function quote(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g, unicodeEscape);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
