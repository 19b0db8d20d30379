import { oneLine, plainText } from '../plain-text.ts';

/** Characters of tags (U+E0000) are invisible; what they spell is not to be smuggled onto a page. */
const tagCharacters = /[\u{e0000}-\u{e007f}]/gu;

/** Most texts: nothing is to be done to them, and there are ten thousand. */
const plain = /^[!-~](?: ?[!-~])*$/;

const clean = (text: string, points: number) =>
  text.length <= points && plain.test(text) ? text : oneLine(plainText(text.slice(0, points * 16)).replace(tagCharacters, ''), points);

/**
 * Returns a link whose words are any text, in at most so many code points: every character that means something in markdown is escaped.
 * Within the words of a link no host makes links of its own (of addresses, mentions, numbers), so a title can be nothing but words.
 */
export function link(text: string, target: string, points: number): string {
  return `[${words(text, points)}](${target})`;
}

/** Returns any text as words in at most so many code points, every character escaped that means something in markdown; never empty. */
export const words = (text: string, points: number): string => clean(text, points).replace(/[\\`*_{}[\]<>|~&!#$^=]/g, '\\$&') || 'untitled';

/** Returns any text as code, in which nothing means anything; '' for an empty one. */
export function code(text: string, points: number): string {
  const words = clean(text, points).replaceAll('`', "'").replaceAll('|', '/').replaceAll('\\', '/');
  return words === '' ? '' : `\`${words}\``;
}

/** Returns a row of a table. */
export const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
