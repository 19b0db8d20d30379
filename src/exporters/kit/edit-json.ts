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
 * parsed.
 */
export function editJson(text: string, value: JsonObject, edits: readonly Edit[]): string {
  let edited = text;
  for (const { path, value: next } of edits) {
    const [old, fresh] = [JSON.stringify(valueAt(value, path)), JSON.stringify(next)];
    if (old === undefined || old === fresh) continue;
    const [from, to] = only(edited, path, old) ?? rangeOf(edited, path, edited.indexOf('{')) ?? [0, 0];
    if (to > 0) edited = edited.slice(0, from) + fresh + edited.slice(to);
  }
  return edited;
}

/** Returns where the value stands when its key stands only once in the text: then it need not be taken apart. */
function only(text: string, path: readonly string[], value: string): [number, number] | undefined {
  const key = JSON.stringify(path.at(-1) ?? '');
  const at = text.indexOf(key);
  const from = at + key.length + 1;
  if (at < 0 || text.indexOf(key, from) >= 0 || !text.startsWith(`:${value}`, from - 1)) return undefined;
  return /[,}\]]/.test(text.charAt(from + value.length)) ? [from, from + value.length] : undefined;
}

function valueAt(value: Json, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
  return valueAt(value[key] ?? null, rest);
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
