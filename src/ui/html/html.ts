import type { Line, Style } from '../line.ts';
import { safe } from '../safe.ts';

/** Markup: made only by `html`, so no text of a transcript gets into a page past the escaping. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | undefined | readonly Value[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Returns the text as it may stand between tags and in quoted attributes; what deceives the eye is made visible, as on a terminal. */
export function escaped(text: string): string {
  return safe(text.replace(/\r\n?/g, '\n')).replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** Returns markup: what stands in the template as it is, every value escaped, lists in their order, undefined as nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.map((text, at) => (at === 0 ? text : markupOf(values[at - 1]) + text)).join('') };
}

function markupOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(markupOf).join('');
}

const classes: Readonly<Record<Style, string>> = {
  ...{ strong: 'strong', heading: 'strong', user: 'strong', faint: 'faint', id: 'name', command: 'name' },
  ...{ good: 'good', warn: 'bad', bad: 'bad', added: 'added', removed: 'removed' },
};

/** Returns a line of the terminal as markup, its styles as classes. */
export function lineHtml(line: Line): Html {
  return html`${line.map(({ text, style }) => (style ? html`<span class="${classes[style]}">${text}</span>` : text))}`;
}
