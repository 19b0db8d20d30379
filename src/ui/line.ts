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
