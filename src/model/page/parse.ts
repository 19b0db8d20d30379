import { fail } from '../../errors.ts';
import { frontmatterRange, readFrontmatter } from '../frontmatter.ts';
import { parseRecords } from '../records.ts';
import type { Part, RecordIds, Step, TextPart, Turn } from '../turn.ts';
import { showMarkers, unescapeText } from './escape.ts';
import { readExtra, readHead } from './head.ts';
import { parseJson } from './json-text.ts';
import { type Marker, parseMarker } from './marker.ts';
import { readCall, readResult } from './parse-call.ts';
import { expectText, linkPath, type PageReader, readBlock, readBytes, readLine, skipBlank, unexpected } from './reader.ts';
import { textViews } from './text-view.ts';

const recordsStart = '<!-- records';

/**
 * Returns the turn of a page; `attachment` gives the bytes of a file of `attachments/` by its name. Throws `bad-page` with the line
 * and what was expected there.
 */
export function parsePage(page: string, attachment: (name: string) => Uint8Array | undefined): Turn {
  const { start, end, body } = frontmatterRange(page);
  const fields = readFrontmatter(page.slice(start, end));
  const { steps: _steps, tools: _tools, files: _files, ...head } = readHead(fields);
  const extra = readExtra(fields);
  const reader: PageReader = { page, at: body, attachment };
  const steps = readSteps(reader);
  return { ...head, steps, records: readRecords(reader), ...(extra.length > 0 ? { extra } : {}) };
}

function readSteps(reader: PageReader): Step[] {
  const steps: Step[] = [];
  skipBlank(reader);
  while (reader.at < reader.page.length && !reader.page.startsWith(recordsStart, reader.at)) {
    const at = reader.at;
    const marker = parseMarker(readLine(reader));
    const isNew = marker.step === steps.length + 1;
    if (!isNew && (marker.step !== steps.length || steps.length === 0))
      throw unexpected({ ...reader, at }, `a part of step ${steps.length || 1}`);
    if (isNew) steps.push({ parts: [] });
    if (marker.kind !== 'empty') steps.at(-1)?.parts.push(readPart(reader, marker));
    skipBlank(reader);
  }
  return steps;
}

function readRecords(reader: PageReader): RecordIds {
  if (reader.at >= reader.page.length) return { kept: [], others: [] };
  const records = parseRecords(readLine(reader));
  skipBlank(reader);
  if (!records || reader.at < reader.page.length) throw unexpected(reader, 'nothing behind the records line');
  return records;
}

function readPart(reader: PageReader, marker: Marker): Part {
  switch (marker.kind) {
    case 'call':
      return readCall(reader, marker);
    case 'result':
      return readResult(reader, marker);
    case 'attachment': {
      const path = linkPath(readLine(reader));
      if (path === undefined) throw unexpected(reader, 'a link to an attachment');
      const { name } = marker.data;
      return { kind: 'attachment', media: marker.word ?? '', ...(name === undefined ? {} : { name }), data: readBytes(reader, path) };
    }
    case 'unknown': {
      openDetails(reader);
      const value = parseJson(readBlock(reader, false).content);
      expectText(reader, '</details>\n');
      return { kind: 'unknown', type: marker.data.type ?? '', value };
    }
    default:
      return readTextPart(reader, marker);
  }
}

/** Steps over `<details><summary>…</summary>` and the empty line, and returns the line. */
function openDetails(reader: PageReader): string {
  const line = readLine(reader);
  if (!line.startsWith('<details>')) throw unexpected(reader, '<details>');
  expectText(reader, '\n');
  return line;
}

function readTextPart(reader: PageReader, marker: Marker): TextPart {
  if (!Object.hasOwn(textViews, marker.kind)) throw fail('bad-page', { reason: `it holds a part of kind "${marker.kind}"` });
  const kind = marker.kind as TextPart['kind'];
  const view = textViews[kind];
  const { label, call, escaped, spilled } = marker.data;
  if (view.folded) openDetails(reader);
  else if (view.lead !== '') expectText(reader, view.lead);
  const text =
    view.lang !== undefined || spilled ? readFenced(reader, view.folded, escaped === true) : readProse(reader, view.folded, marker);
  return { kind, text, ...(label === undefined ? {} : { label }), ...(call === undefined ? {} : { call }) };
}

function readFenced(reader: PageReader, folded: boolean, escaped: boolean): string {
  const { content } = readBlock(reader, escaped);
  if (folded) expectText(reader, '</details>\n');
  return content;
}

/** Markdown up to the next marker, without what the page puts behind it. */
function readProse(reader: PageReader, folded: boolean, marker: Marker): string {
  const end = nextMarker(reader.page, reader.at);
  let text = reader.page.slice(reader.at, end);
  reader.at = end;
  text = withoutEnd(text, '\n\n');
  if (folded) text = withoutEnd(withoutEnd(text, '</details>'), '\n\n');
  if (marker.data.fence !== undefined) text = withoutEnd(text, `\n${marker.data.fence}`);
  const shown = showMarkers(text);
  return marker.data.escaped ? unescapeText(shown) : shown;
}

// People edit pages: an empty line more or less at the end of a text is no error.
function withoutEnd(text: string, end: string): string {
  if (text.endsWith(end)) return text.slice(0, -end.length);
  return end === '\n\n' && text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Where the next marker or the records line begins; the end of the page when there is none. */
function nextMarker(page: string, from: number): number {
  let at = page.startsWith('<!-- ', from) ? from : page.indexOf('\n<!-- ', from) + 1;
  while (at > 0) {
    const next = page.charCodeAt(at + 5);
    if ((next >= 48 && next <= 57) || page.startsWith(recordsStart, at)) return at;
    at = page.indexOf('\n<!-- ', at) + 1;
  }
  return page.length;
}
