import { safe } from './safe.ts';

/** East Asian wide and fullwidth blocks (Unicode 16, EastAsianWidth.txt W and F), rounded to blocks. */
function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u.test(
    character,
  );
}

/** Latin, dashes, quotes, arrows and lines of boxes: a column each, as the tables below say too, which take time to be made. */
const narrow = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f]*$/;

function widthOf(character: string): number {
  if (narrow.test(character)) return 1;
  if (/^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]$/u.test(character)) return 0;
  return isWide(character) ? 2 : 1;
}

/** Returns the columns that the text takes on a terminal once `safe` has been over it. */
export function width(text: string): number {
  if (narrow.test(text)) return text.length;
  let columns = 0;
  for (const character of safe(text)) columns += widthOf(character);
  return columns;
}

/** Returns the text in at most `columns` columns, cut at the end with `…`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  if (narrow.test(text)) return `${text.slice(0, columns - 1).trimEnd()}…`;
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += width(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Returns the text in at most `columns` columns, cut at the start with `…`: of a path the end tells most. */
export function cutStart(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let used = 1;
  let kept = '';
  for (const character of [...text].reverse()) {
    used += width(character);
    if (used > columns) break;
    kept = character + kept;
  }
  return columns < 1 ? '' : `…${kept}`;
}

/** Returns the text in one line: every run of white space becomes one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Returns the lines of a paragraph broken at spaces; a word longer than a line stays whole. */
export function wrap(text: string, columns: number): string[] {
  if (width(text) <= columns) return [text];
  const indent = /^\s*(?:[-*+] |\d+[.)] )?/.exec(text)?.[0] ?? '';
  const hanging = ' '.repeat(Math.min(indent.length, columns >> 1));
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.slice(indent.length).split(/ +/)) {
    if (!empty && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
