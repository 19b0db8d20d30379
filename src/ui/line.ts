import { safe } from './safe.ts';
import { cut, width } from './width.ts';

/** What a piece of text is; style.ts says how that looks. */
export type Style = 'strong' | 'faint' | 'id' | 'good' | 'warn' | 'bad' | 'user' | 'command' | 'added' | 'removed' | 'heading';

export interface Span {
  text: string;
  style?: Style;
}

/** One line of output: views make only these, so nothing reaches the terminal past `render`. */
export type Line = readonly Span[];

/** Wraps text that is already safe in the escape sequences of a style. */
export type Paint = (style: Style, text: string) => string;

/** Returns a line of plain strings and spans. */
export function line(...pieces: (string | Span | Line)[]): Line {
  return pieces.flatMap((piece) => (typeof piece === 'string' ? [{ text: piece }] : 'text' in piece ? [piece] : [...piece]));
}

/** Returns a span of the style. */
export function styled(style: Style, text: string): Span {
  return { text, style };
}

/** Returns the columns that a line takes. */
export function lineWidth(spans: Line): number {
  return spans.reduce((sum, span) => sum + width(span.text), 0);
}

/** Returns the line filled with spaces up to `columns`; at the left end where `right` is set. */
export function padLine(spans: Line, columns: number, right = false): Line {
  const fill = { text: ' '.repeat(Math.max(0, columns - lineWidth(spans))) };
  return right ? [fill, ...spans] : [...spans, fill];
}

/** Returns the line in at most `columns` columns. */
export function cutLine(spans: Line, columns: number): Line {
  if (lineWidth(spans) <= columns) return spans;
  const kept: Span[] = [];
  let left = columns;
  for (const span of spans) {
    const columnsOf = width(span.text);
    if (columnsOf >= left) {
      kept.push({ ...span, text: columnsOf > left ? cut(span.text, left) : cut(`${span.text}..`, left) });
      break;
    }
    kept.push(span);
    left -= columnsOf;
  }
  return kept;
}

/** Returns the line broken at spaces into lines of at most `columns`; a longer word is broken where it must be. */
export function wrapLine(spans: Line, columns: number): Line[] {
  if (lineWidth(spans) <= columns) return [spans];
  const lines: Span[][] = [[]];
  let used = 0;
  for (const { space, word } of wordsOf(spans)) {
    if (used > 0 && used + width(space) + lineWidth(word) > columns) {
      lines.push([]);
      used = 0;
    }
    const pieces = used > 0 || lines.length === 1 ? [...(space === '' ? [] : [{ text: space }]), ...word] : word;
    for (const { text, style } of pieces) {
      for (let rest = text; rest !== ''; ) {
        const piece = width(rest) > columns - used ? fitting(rest, columns - used) : rest;
        if (piece !== '') lines.at(-1)?.push(style ? { text: piece, style } : { text: piece });
        used += width(piece);
        rest = rest.slice(piece.length);
        if (rest === '') break;
        lines.push([]);
        used = 0;
      }
    }
  }
  return lines.filter((one) => one.length > 0);
}

/** The words of a line, each with the spaces before it; one word may have several styles. */
function wordsOf(spans: Line): { space: string; word: Span[] }[] {
  const words: { space: string; word: Span[] }[] = [{ space: '', word: [] }];
  for (const { text, style } of spans) {
    for (const piece of text.match(/\s+|\S+/g) ?? []) {
      const last = words.at(-1);
      if (piece.trim() !== '') last?.word.push(style ? { text: piece, style } : { text: piece });
      else if (last && last.word.length === 0) last.space += piece;
      else words.push({ space: piece, word: [] });
    }
  }
  return words;
}

/** As much of a text as has room; on a line by itself one character at least. */
function fitting(text: string, columns: number): string {
  let piece = '';
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns && (piece !== '' || columns > 1)) break;
    piece += character;
  }
  return piece;
}

/** Returns the bytes of a line for the terminal. The one place where text meets escape sequences: text is made safe first. */
export function render(spans: Line, paint: Paint | undefined): string {
  const text = spans
    .map((span) => {
      const clean = safe(span.text).replaceAll('\n', '\\n');
      return span.style && paint && clean !== '' ? paint(span.style, clean) : clean;
    })
    .join('');
  return text.trimEnd();
}
