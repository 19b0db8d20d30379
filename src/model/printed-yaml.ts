import type { YamlValue } from './yaml.ts';

/** One key of a frontmatter. */
export interface Field {
  /** Scalars as they are written, unquoted: `1.10`, `no`, `0777`. */
  value: YamlValue;
  /** The source text of the value, quotes and all. */
  written: string;
}

const line = /([a-z][a-z_]*):(?: ([^\n]*))?\n/y;
// What could be more than a plain scalar of one line, to be left to YAML.
const special = /^[-?:,[\]{}#&*!|>'"%@`\s]|^<<|: |:$| #|\s$|[^\x20-\x7e\xa0-\ud7ff]/;
/** A row below a key: `  - {...}`, `  main: {...}`. */
const row = /^ {2}(?:- |([A-Za-z0-9_][\w./-]{0,400}): )(?=\{)/;

/**
 * Returns the fields of a frontmatter in the forms in which convo prints them: values of one line, and rows of one line below a key.
 * Undefined for any other, which is for YAML to read: reading ten thousand cards takes a tenth of the time in this way.
 */
export function readPrinted(front: string): Map<string, Field> | undefined {
  const fields = new Map<string, Field>();
  let at = 0;
  while (at < front.length) {
    line.lastIndex = at;
    const match = line.exec(front);
    const key = match?.[1];
    if (!match || key === undefined || fields.has(key) || key === 'constructor' || key === 'prototype') return undefined;
    at = line.lastIndex;
    const end = match[2] === undefined ? rowsEnd(front, at) : at;
    const written = end > at ? front.slice(at - 1, end - 1) : (match[2] ?? '');
    const value = end > at ? readRows(front.slice(at, end - 1).split('\n')) : readLine(written);
    if (value === undefined) return undefined;
    fields.set(key, { value, written });
    at = end;
  }
  return front !== '' && !front.endsWith('\n') ? undefined : fields;
}

function rowsEnd(front: string, start: number): number {
  let end = start;
  while (front.startsWith('  ', end) && front.includes('\n', end)) end = front.indexOf('\n', end) + 1;
  return end;
}

function readRows(lines: readonly string[]): YamlValue | undefined {
  const list: YamlValue[] = [];
  const map = new Map<string, YamlValue>();
  for (const text of lines) {
    const [head, name] = row.exec(text) ?? [];
    const value = head === undefined ? undefined : readFlow(text.slice(head.length));
    if (value === undefined) return undefined;
    if (name === undefined) list.push(value);
    else if (map.has(name) || name === '__proto__') return undefined;
    else map.set(name, value);
  }
  if (list.length > 0 && map.size > 0) return undefined;
  return map.size > 0 ? map : list;
}

function readLine(written: string): YamlValue | undefined {
  if (!special.test(written)) return written;
  return written.startsWith('"') ? quoted(written) : readFlow(written);
}

const scalar = /"(?:[^"\\\n]|\\.)*"|[A-Za-z0-9_/(](?:[\w ./@+()=;!?$%&*'\xa0-\u1fff-]{0,400}[\w./@+()=;!?$%&*'\xa0-\u1fff-])?/y;

/** Returns a list or a map on one line; undefined where it holds anything but scalars, and lists of them. */
function readFlow(text: string): YamlValue | undefined {
  const source = { text, at: 0 };
  const value = readItem(source, text.startsWith('{') || text.startsWith('['));
  return source.at === text.length ? value : undefined;
}

interface Source {
  readonly text: string;
  at: number;
}

function readItem(source: Source, isOuter: boolean): YamlValue | undefined {
  const first = source.text[source.at];
  if (first === '[')
    return readItems(source, ']', [] as YamlValue[], (list) => {
      const item = readScalar(source);
      return item !== undefined && list.push(item) > 0;
    });
  if (first === '{' && isOuter)
    return readItems(source, '}', new Map<string, YamlValue>(), (map) => {
      const key = readScalar(source);
      if (key === undefined || key === '__proto__' || key === '<<' || map.has(key) || !taken(source, ': ')) return false;
      const value = readItem(source, false);
      if (value !== undefined) map.set(key, value);
      return value !== undefined;
    });
  return isOuter ? undefined : readScalar(source);
}

function readItems<Items>(source: Source, end: string, items: Items, next: (items: Items) => boolean): Items | undefined {
  source.at += 1;
  if (taken(source, end)) return items;
  do if (!next(items)) return undefined;
  while (taken(source, ', '));
  return taken(source, end) ? items : undefined;
}

function taken(source: Source, text: string): boolean {
  const is = source.text.startsWith(text, source.at);
  if (is) source.at += text.length;
  return is;
}

function readScalar(source: Source): string | undefined {
  scalar.lastIndex = source.at;
  const written = scalar.exec(source.text)?.[0];
  if (written === undefined) return undefined;
  source.at = scalar.lastIndex;
  return written.startsWith('"') ? quoted(written) : written;
}

function quoted(written: string): string | undefined {
  if (!written.endsWith('"')) return undefined;
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined; // Not JSON: YAML decides what it is.
  }
}
