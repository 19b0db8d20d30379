import { isPlainAscii } from './ascii.ts';

// CSI and OSC sequences and two-character escapes (ECMA-48).
const ansi = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\^_a-z=>]/g;
const invisible = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** Returns text without terminal sequences, control, bidi and zero-width characters; line feeds and tabs stay. */
export function plainText(text: string): string {
  if (isPlainAscii(text)) return text;
  return text.replace(ansi, '').replace(/\r\n?/g, '\n').replace(invisible, '');
}

/** Returns one line of at most `points` code points, cut behind a word where there is one; runs of spaces are one. */
export function oneLine(text: string, points: number): string {
  const beginning = spaced(text.slice(0, points * 2));
  const line = hasMore(beginning, points) ? beginning : spaced(text.slice(0, points * 8));
  if (!hasMore(line, points)) return line;
  const head = line.slice(0, endOfPoints(line, points - 1));
  const space = head.lastIndexOf(' ');
  return `${space > head.length / 2 ? head.slice(0, space).replace(/[\s,;:–—-]+$/, '') : head}…`;
}

const spaced = (text: string) => text.replace(/\s+/g, ' ').trim();
const hasMore = (line: string, points: number) => endOfPoints(line, points) < line.length;

/** Where so many code points of a text end. */
function endOfPoints(text: string, points: number): number {
  let end = 0;
  for (let count = 0; count < points && end < text.length; count += 1) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return end;
}
