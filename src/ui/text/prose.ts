import { type Line, line, type Style, styled } from '../line.ts';
import type { ViewSettings } from '../view.ts';
import { wrap } from '../width.ts';

const fence = /^\s*(?:```|~~~)/;

/** Returns the lines of a text. On a terminal prose is wrapped at words; code blocks and pipes get the lines as they are. */
export function proseLines(text: string, { terminal, columns }: ViewSettings, style?: Style): Line[] {
  let code = false;
  return splitLines(text).flatMap((row) => {
    const border = fence.test(row);
    if (border) code = !code;
    const rows = terminal && !code && !border ? wrap(row, columns) : [row];
    return rows.map((one) => (one === '' ? line() : styledLine(one, style)));
  });
}

/** Returns the lines of a text as they are, at most `most`, and then how many more there are. */
export function plainLines(text: string, style?: Style, most = Number.POSITIVE_INFINITY): Line[] {
  const rows = splitLines(text);
  const shown = rows.slice(0, most).map((row) => styledLine(row, style));
  return rows.length > most ? [...shown, line(styled('faint', `… ${rows.length - most} more lines`))] : shown;
}

/** Returns the number of lines of a text. */
export function lineCount(text: string): number {
  return text === '' ? 0 : splitLines(text).length;
}

const styledLine = (row: string, style: Style | undefined): Line => (row === '' ? line() : line(style ? styled(style, row) : row));

function splitLines(text: string): string[] {
  const rows = text.replace(/(?:\r?\n)+$/, '').split(/\r?\n/);
  while (rows.length > 1 && rows[0]?.trim() === '') rows.shift();
  return rows;
}
