import { isPlainAscii } from '../ascii.ts';

// A page is well-formed UTF-8 that shows what it holds: control characters (but tab, LF, CR), bidi controls and lone surrogates stand
// in it as \uXXXX, in parts whose marker says `escaped`.
const unsafe = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/;
const unsafeOrEscape = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}|\\(?=u[0-9a-f]{4})/gu;
const escaped = /\\u([0-9a-f]{4})/g;

/** Returns whether a text has to be escaped to stand on a page. */
export function needsEscape(text: string): boolean {
  return !isPlainAscii(text) && (unsafe.test(text) || isIllFormed(text));
}

/** Returns the text with every unsafe character as `\uXXXX`; a backslash that would read as one becomes `\u005c`. */
export function escapeText(text: string): string {
  return text.replace(unsafeOrEscape, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns what `escapeText` was given. */
export function unescapeText(text: string): string {
  return text.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Returns whether a text has lone surrogates, so that UTF-8 cannot hold it. */
export function isIllFormed(text: string): boolean {
  return !text.isWellFormed();
}

const markerLine = /(^|\n)(\\*<!-- (?:[0-9]|records))/g;
const hiddenMarkerLine = /(^|\n)\\(\\*<!-- (?:[0-9]|records))/g;

/** Returns markdown in which no line reads as one of the page's own markers: such a line gets a backslash, which markdown does not show. */
export function hideMarkers(text: string): string {
  return text.includes('<!-- ') ? text.replace(markerLine, '$1\\$2') : text;
}

/** Returns what `hideMarkers` was given. */
export function showMarkers(text: string): string {
  return text.includes('\\<!-- ') ? text.replace(hiddenMarkerLine, '$1$2') : text;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Returns a text for use between HTML tags on one line: line ends are spaces. */
export function htmlText(text: string): string {
  const line = text.replace(/[&<>]/g, (unit) => entities[unit] ?? unit).replace(/\s+/g, ' ');
  return needsEscape(line) ? escapeText(line) : line;
}

/** Returns a long path without its first folders; another text as `cut` gives it. */
export function cutPath(text: string, length: number): string {
  if (text.length <= length || /\s/.test(text) || !text.includes('/')) return cut(text, length);
  const slash = text.indexOf('/', text.length - length);
  return slash < 0 ? cut(text, length) : `…${text.slice(slash)}`;
}

/** Returns at most `length` code units of a text, `…` behind it when it was cut, and no half of a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length)}…`;
}
