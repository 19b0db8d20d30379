import { fail } from '../../errors.ts';
import type { Json } from '../json.ts';

const maxDepth = 1000;
const hidden = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const hiddenOrComment = /[<>\-\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Returns JSON on one line that can stand in an HTML comment: `<`, `>`, `-` and lone surrogates in strings are `\uXXXX`. */
export function commentJson(value: Json): string {
  return print(value, (text) => JSON.stringify(text).replace(hiddenOrComment, escapeUnit), '', '');
}

/** Returns JSON on indented lines, for people; well-formed and without invisible characters. */
export function shownJson(value: Json): string {
  return print(value, (text) => JSON.stringify(text).replace(hidden, escapeUnit), '\n', '  ');
}

/** Returns the value of a JSON text; throws `bad-page` when it is none or nested deeper than 1,000. */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw fail('bad-page', { reason: `it holds JSON that cannot be read: ${error instanceof Error ? error.message : error}` }, error);
  }
  checkDepth(value, maxDepth);
  return value;
}

function print(value: Json, text: (value: string) => string, newline: string, indent: string): string {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return printNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  const inner = newline + indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => print(item, text, inner, indent)).join(`,${inner}`)}${newline}]`;
  }
  const colon = indent === '' ? ':' : ': ';
  const pairs = Object.keys(value).map((key) => text(key) + colon + print(value[key] ?? null, text, inner, indent));
  return pairs.length === 0 ? '{}' : `{${inner}${pairs.join(`,${inner}`)}${newline}}`;
}

// JSON.stringify turns -0 into 0, and 1e400, which JSON.parse reads as Infinity, into null.
function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '1e999' : '-1e999';
}

function checkDepth(value: Json, left: number): void {
  if (value === null || typeof value !== 'object') return;
  if (left === 0) throw fail('bad-page', { reason: 'it holds JSON that is nested too deep' });
  for (const item of Array.isArray(value) ? value : Object.values(value)) checkDepth(item, left - 1);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
