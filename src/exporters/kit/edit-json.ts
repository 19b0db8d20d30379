import { scanValue } from '../../importers/kit/json-scan.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Json } from '../../model/json.ts';

/** A value to put in the place of the one at a path of keys; where there is none, nothing is changed. */
export interface Edit {
  path: readonly string[];
  value: Json;
}

/**
 * Returns the text of a JSON object with other values in some places and every other character as it was; `value` is the text,
 * parsed. Most tools write JSON as JavaScript does, then parsing and printing keeps it; in other texts (floats of Rust, keys twice) the
 * values are looked up in the text.
 */
export function editJson(text: string, value: JsonObject, edits: readonly Edit[]): string {
  const there = edits.filter(({ path, value: next }) => {
    const old = valueAt(value, path);
    return old !== undefined && JSON.stringify(old) !== JSON.stringify(next);
  });
  if (there.length === 0) return text;
  if (JSON.stringify(value) === text) return JSON.stringify(there.reduce(withValue, value));
  let edited = text;
  for (const { path, value: next } of there) {
    const [from, to] = rangeOf(edited, path, edited.indexOf('{')) ?? [0, 0];
    if (to > 0) edited = edited.slice(0, from) + JSON.stringify(next) + edited.slice(to);
  }
  return edited;
}

function valueAt(value: Json, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
  return valueAt(value[key] ?? null, rest);
}

function withValue(object: JsonObject, { path: [key = '', ...rest], value }: Edit): JsonObject {
  const next = rest.length === 0 ? value : withValue(object[key] as JsonObject, { path: rest, value });
  return { ...object, [key]: next };
}

/** Returns where the value at a path stands, in the object that begins at `at`; of a key that stands twice, the last one, as in JSON.parse. */
function rangeOf(text: string, [key, ...rest]: readonly string[], at: number): [number, number] | undefined {
  let found: [number, number] | undefined;
  let from = skip(text, at + 1);
  while (text[from] === '"') {
    const name = endOf(text, from);
    const start = skip(text, skip(text, name) + 1);
    const end = endOf(text, start);
    if (JSON.parse(text.slice(from, name)) === key) found = [start, end];
    from = skip(text, skip(text, end) + 1);
  }
  return found && rest.length > 0 ? rangeOf(text, rest, found[0]) : found;
}

function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \n\r\t'.includes(text.charAt(at))) at += 1;
  return at;
}

function endOf(text: string, from: number): number {
  const scan = scanValue(text, from, text.length);
  return 'end' in scan ? scan.end : text.length;
}
