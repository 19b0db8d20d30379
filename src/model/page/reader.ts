import { fail } from '../../errors.ts';
import { unescapeText } from './escape.ts';

/** A page that is being parsed. */
export interface PageReader {
  page: string;
  at: number;
  attachment: (name: string) => Uint8Array | undefined;
}

/** A fenced block as it stands on the page. */
export interface ReadBlock {
  lang: string;
  slot: string;
  content: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns the error for what stands at the reader's place. */
export function unexpected(reader: PageReader, expected: string): Error {
  const line = reader.page.slice(0, reader.at).split('\n').length;
  return fail('bad-page', { reason: `line ${line}: expected ${expected}` });
}

/** Returns the line at the reader's place without its end, and steps behind it. */
export function readLine(reader: PageReader): string {
  const end = reader.page.indexOf('\n', reader.at);
  const line = reader.page.slice(reader.at, end < 0 ? undefined : end);
  reader.at = end < 0 ? reader.page.length : end + 1;
  return line;
}

/** Steps over a text that must stand here. */
export function expectText(reader: PageReader, text: string): void {
  if (!reader.page.startsWith(text, reader.at)) throw unexpected(reader, JSON.stringify(text));
  reader.at += text.length;
}

/** Steps over empty lines. */
export function skipBlank(reader: PageReader): void {
  while (reader.page.charCodeAt(reader.at) === 10) reader.at += 1;
}

/** Returns the block that begins here: its own text, or that of its attachment. Throws `bad-page`. */
export function readBlock(reader: PageReader, escaped: boolean): ReadBlock {
  const { page } = reader;
  let run = 0;
  while (page.charCodeAt(reader.at + run) === 96) run += 1;
  if (run < 3) throw unexpected(reader, 'a fence');
  const fence = page.slice(reader.at, reader.at + run);
  const start = page.indexOf('\n', reader.at);
  const end = start < 0 ? -1 : page.indexOf(`\n${fence}\n`, start + 1 < page.length ? start + 1 : start);
  if (end < 0) throw unexpected(reader, 'a fence that ends');
  const words = page.slice(reader.at + run, start).split(' ');
  const own = page.slice(start + 1, end);
  const file = words.find((word) => word.startsWith('attachments/'))?.slice('attachments/'.length);
  reader.at = end + run + 2;
  if (file !== undefined) skipLink(reader);
  return {
    lang: words[0] ?? '',
    slot: words
      .slice(1)
      .filter((word) => !word.startsWith('attachments/'))
      .join(' '),
    content: file === undefined ? (escaped ? unescapeText(own) : own) : readText(reader, file),
  };
}

/** Returns the bytes of an attachment by the last part of its path; throws `bad-page` when there is none. */
export function readBytes(reader: PageReader, path: string): Uint8Array {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const bytes = reader.attachment(name);
  if (!bytes) throw fail('bad-page', { reason: `its attachment ${name} is missing` });
  return bytes;
}

/** Returns the path that a link or image on a line of its own leads to; undefined when the line is none. */
export function linkPath(line: string): string | undefined {
  return /^!?\[[^\]\n]*\]\(([^()\s]+)\)$/.exec(line)?.[1];
}

function skipLink(reader: PageReader): void {
  skipBlank(reader);
  if (linkPath(readLine(reader)) === undefined) throw unexpected(reader, 'the link to an attachment');
}

function readText(reader: PageReader, name: string): string {
  const bytes = readBytes(reader, name);
  try {
    const text = utf8.decode(bytes);
    return name.endsWith('.escaped') ? unescapeText(text) : text;
  } catch (error) {
    throw fail('bad-page', { reason: `its attachment ${name} is not text` }, error);
  }
}
