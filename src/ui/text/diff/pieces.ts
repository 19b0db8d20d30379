import type { Piece } from '../../../model/diff/text.ts';
import { type Line, line, type Span, styled } from '../../line.ts';

/** A line of a text that is compared, and whether anything differs in it. */
export interface PieceLine {
  line: Line;
  changed: boolean;
}

/** Which texts a reader sees: both woven into one, or that of one side. */
export type Seen = 'both' | 'a' | 'b';

/** Returns the lines of a compared text, what differs in its style and, without colours, between git's marks for words. */
export function pieceLines(pieces: readonly Piece[], seen: Seen, color: boolean): PieceLine[] {
  const hidden = { both: undefined, a: '+', b: '-' }[seen];
  const lines: { spans: Span[]; changed: boolean }[] = [{ spans: [], changed: false }];
  for (const [mark, text] of pieces) {
    if (mark === hidden) {
      if (seen !== 'both') changedHere(lines);
      continue;
    }
    for (const [at, row] of text.replaceAll('\t', '  ').split(/\r?\n/).entries()) {
      if (at > 0) lines.push({ spans: [], changed: false });
      const last = lines.at(-1);
      if (!last || row === '') continue;
      if (mark !== '=') last.changed = true;
      last.spans.push(mark === '=' ? { text: row } : marked(mark, row, color));
    }
    if (mark !== '=') changedHere(lines);
  }
  return lines.map(({ spans, changed }) => ({ line: spans, changed }));
}

function changedHere(lines: { changed: boolean }[]): void {
  const last = lines.at(-1);
  if (last) last.changed = true;
}

function marked(mark: '-' | '+', text: string, color: boolean): Span {
  if (mark === '-') return styled('removed', color ? text : `[-${text}-]`);
  return styled('added', color ? text : `{+${text}+}`);
}

/** Returns the lines that differ, with `context` lines around them; what is left out between them is one `…`. */
export function nearChanges(lines: readonly PieceLine[], context: number): Line[] {
  const near = (at: number) => lines.slice(Math.max(0, at - context), at + context + 1).some(({ changed }) => changed);
  const kept = lines.map(({ line: one, changed }, at) => changed || (one.length > 0 && near(at)));
  return lines.flatMap(({ line: one }, at): Line[] => {
    if (kept[at]) return [one];
    return at === 0 || kept[at - 1] ? [line(styled('faint', '…'))] : [];
  });
}

/** Returns the first lines and, where there are more, how many. */
export function firstLines(lines: readonly Line[], most: number, more: (left: number) => string): Line[] {
  return lines.length <= most + 1 ? [...lines] : [...lines.slice(0, most), line(styled('faint', more(lines.length - most)))];
}
