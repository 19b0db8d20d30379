/** Where a JSON value ends, or where and why it is none. */
export type Scan = { end: number } | { at: number; reason: string };

type Want = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma';

const literals = ['true', 'false', 'null'];
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Finds the end of the JSON value (RFC 8259) that begins at `from`, or the place of its fault. Needs no recursion and never
 * quotes the text, so a reason can be shown and stays the same in every version of the runtime.
 */
export function scanValue(text: string, from: number, to: number): Scan {
  const open: string[] = [];
  let want: Want = 'value';
  let at = from;
  for (;;) {
    while (at < to && ' \n\r\t'.includes(text.charAt(at))) at += 1;
    if (at >= to) return { at, reason: 'ends before its closing brace' };
    const char = text.charAt(at);
    const step = take(text, at, to, char, want, open);
    if ('reason' in step) return step;
    at = step.end;
    if (step.want === 'comma' && open.length === 0) return { end: at };
    want = step.want;
  }
}

type Step = { end: number; want: Want } | { at: number; reason: string };

function take(text: string, at: number, to: number, char: string, want: Want, open: string[]): Step {
  const unexpected = { at, reason: 'unexpected text' };
  if (want === 'colon') return char === ':' ? { end: at + 1, want: 'value' } : unexpected;
  if (want === 'comma' && char === ',') return { end: at + 1, want: open.at(-1) === '{' ? 'key' : 'value' };
  if (char === '}' || char === ']') return closes(char, want, open) ? { end: at + 1, want: 'comma' } : unexpected;
  if (want === 'comma') return unexpected;
  if (char === '"') {
    const string = scanString(text, at + 1, to);
    if ('reason' in string) return string;
    return { end: string.end, want: want.startsWith('key') ? 'colon' : 'comma' };
  }
  if (want.startsWith('key')) return unexpected;
  if (char === '{' || char === '[') {
    open.push(char);
    return { end: at + 1, want: char === '{' ? 'key or }' : 'value or ]' };
  }
  const end = scalarEnd(text, at, to);
  return end > at ? { end, want: 'comma' } : unexpected;
}

function closes(char: string, want: Want, open: string[]): boolean {
  const pair = char === '}' ? '{' : '[';
  if (open.at(-1) !== pair || !(want === 'comma' || want.endsWith(char))) return false;
  open.pop();
  return true;
}

function scalarEnd(text: string, at: number, to: number): number {
  const literal = literals.find((word) => text.startsWith(word, at));
  if (literal) return at + literal.length <= to ? at + literal.length : at;
  number.lastIndex = at;
  return number.test(text) && number.lastIndex <= to ? number.lastIndex : at;
}

function scanString(text: string, from: number, to: number): Scan {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) return { end: at + 1 };
    if (code < 32) return { at, reason: 'control character in a string' };
    if (code !== 92) continue;
    at += 1;
    if (at >= to) break;
    const letter = text.charAt(at);
    if (letter === 'u') {
      if (at + 4 >= to) break;
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) return { at, reason: 'broken escape in a string' };
      at += 4;
    } else if (!'"\\/bfnrt'.includes(letter)) return { at, reason: 'broken escape in a string' };
  }
  return { at: to, reason: 'ends inside a string' };
}
