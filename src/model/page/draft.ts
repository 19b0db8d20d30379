import { shortHash } from '../hash.ts';
import { cut, escapeText, isIllFormed, needsEscape } from './escape.ts';
import type { PageLimits } from './limits.ts';

/** A file beside the page, in `attachments/`. */
export interface Attachment {
  name: string;
  bytes: Uint8Array;
}

/** A page that is being printed. */
export interface Draft {
  limits: PageLimits;
  /** From the page to `attachments/`. */
  folder: string;
  attachments: Map<string, Uint8Array>;
  /** Every text that could leave the page, in its order. */
  texts: string[];
  /** Positions in `texts` of those that must leave it, so that the page keeps its budget. */
  forced: ReadonlySet<number>;
}

const maxLine = 240;
// Below that, the link to the file takes what the page wins.
const minGain = 256;
const utf8 = new TextEncoder();

/** Returns an empty draft. */
export function newDraft(limits: PageLimits, folder: string, forced: ReadonlySet<number>): Draft {
  return { limits, folder, attachments: new Map(), texts: [], forced };
}

/** Returns whether a text has to leave the page: it is over its limit, or the page is over its budget. */
export function leavesPage(draft: Draft, text: string, limit: number): boolean {
  const index = draft.texts.push(text) - 1;
  return draft.forced.has(index) || (text.length * 3 > limit && Buffer.byteLength(text) > limit);
}

/** Keeps bytes beside the page and returns the name of the file. */
export function attach(draft: Draft, bytes: Uint8Array, extension: string): string {
  const name = `${shortHash(bytes)}.${extension}`;
  draft.attachments.set(name, bytes);
  return name;
}

/** Keeps a text beside the page and returns the name of the file; one that UTF-8 cannot hold is escaped, and its name says so. */
export function attachText(draft: Draft, text: string, extension: string): string {
  if (isIllFormed(text)) return attach(draft, utf8.encode(escapeText(text)), 'escaped');
  return attach(draft, utf8.encode(text), extension);
}

/**
 * Returns the texts to take off the page, by their position: those with which it wins the most first, until it has won `excess` bytes.
 */
export function overBudget(draft: Draft, excess: number): Set<number> {
  const forced = new Set<number>();
  const gains = draft.texts.map((text, i) => ({ i, gain: Buffer.byteLength(text) - Buffer.byteLength(extract(text, draft.limits)) }));
  gains.sort((a, b) => b.gain - a.gain || a.i - b.i);
  let won = 0;
  for (const { gain, i } of gains) {
    if (won >= excess || gain < minGain) break;
    forced.add(i);
    won += gain;
  }
  return forced;
}

/** Returns the first and the last lines of a text, long lines cut. */
export function extract(text: string, limits: PageLimits): string {
  const top: string[] = [];
  let at = 0;
  while (top.length < limits.head && at <= text.length) {
    const end = lineEnd(text, at);
    top.push(cut(text.slice(at, Math.min(end, at + maxLine + 1)), maxLine));
    at = end + 1;
  }
  const bottom: string[] = [];
  let last = text.endsWith('\n') ? text.length - 1 : text.length;
  while (bottom.length < limits.tail && last > at) {
    const start = Math.max(at, text.lastIndexOf('\n', last - 1) + 1);
    bottom.unshift(cut(text.slice(start, Math.min(last, start + maxLine + 1)), maxLine));
    last = start - 1;
  }
  const lines = last > at ? [...top, '…', ...bottom] : [...top, ...bottom];
  const shown = lines.join('\n');
  return needsEscape(shown) ? escapeText(shown) : shown;
}

/** Returns the number of lines of a text; a line end at its end begins none. */
export function lineCount(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Returns a size for people: `812 B`, `23 KB`, `1.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
