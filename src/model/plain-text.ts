import { isPlainAscii } from './ascii.ts';

// CSI and OSC sequences and two-character escapes (ECMA-48).
const ansi = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\^_a-z=>]/g;
const unseen = String.raw`[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]`;
const someUnseen = new RegExp(unseen);
/** Made when it is needed: few texts have any, and a property of Unicode takes a millisecond to be looked up. */
const allUnseen = () => new RegExp(String.raw`${unseen}|\p{Surrogate}`, 'gu');

/** Returns text without terminal sequences, control, bidi and zero-width characters; line feeds and tabs stay. */
export function plainText(text: string): string {
  if (isPlainAscii(text) || (!someUnseen.test(text) && text.isWellFormed())) return text;
  return text.replace(ansi, '').replace(/\r\n?/g, '\n').replace(allUnseen(), '');
}

/** Returns one line of at most `points` code points, cut behind a word where there is one; runs of spaces are one. */
export function oneLine(text: string, points: number): string {
  return longLine(text.slice(0, points * 2), points) ?? longLine(text.slice(0, points * 8), points) ?? spaced(text.slice(0, points * 8));
}

/** The beginning of a text that makes more than `points` code points; undefined for one that makes fewer. */
function longLine(text: string, points: number): string | undefined {
  const line = spaced(text);
  const all = line.length > points ? [...line] : [];
  if (all.length <= points) return undefined;
  const head = all.slice(0, points - 1).join('');
  const space = head.lastIndexOf(' ');
  return `${space > head.length / 2 ? head.slice(0, space).replace(/[\s,;:–—-]+$/, '') : head}…`;
}

const spaced = (text: string) => text.replace(/\s+/g, ' ').trim();
