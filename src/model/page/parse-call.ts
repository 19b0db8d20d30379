import { fail } from '../../errors.ts';
import type { Json } from '../json.ts';
import type { AttachmentPart, ResultStatus, ToolCallPart, ToolResult, ToolResultPart } from '../turn.ts';
import { parseEdit } from './edit-diff.ts';
import { parseJson } from './json-text.ts';
import type { Marker } from './marker.ts';
import { linkPath, type PageReader, type ReadBlock, readBlock, readBytes, readLine, skipBlank, unexpected } from './reader.ts';

/** Returns the call behind a marker; throws `bad-page`. */
export function readCall(reader: PageReader, marker: Marker): ToolCallPart {
  const summary = readSummary(reader);
  const { inputs, content } = readItems(reader, marker);
  const name = marker.data.name ?? /^<b>([A-Za-z0-9_.:-]+)<\/b>/.exec(summary)?.[1];
  if (name === undefined) throw unexpected(reader, 'the name of a tool');
  const result = resultOf(summary, content);
  const { agents } = marker.data;
  return {
    kind: 'tool-call',
    call: marker.word ?? '',
    name,
    input: inputOf(inputs, marker),
    ...(result ? { result } : {}),
    ...(agents ? { agents } : {}),
  };
}

/** Returns the result behind a marker; throws `bad-page`. */
export function readResult(reader: PageReader, marker: Marker): ToolResultPart {
  const summary = readSummary(reader);
  const { content } = readItems(reader, marker);
  const result = resultOf(summary, content);
  if (!result) throw unexpected(reader, 'a result');
  return { kind: 'tool-result', call: marker.word ?? '', result };
}

function readSummary(reader: PageReader): string {
  const line = readLine(reader);
  const summary = /^<details><summary>(.*)<\/summary>$/s.exec(line)?.[1];
  if (summary === undefined) throw unexpected(reader, '<details>');
  return summary;
}

function resultOf(summary: string, content: ToolResult['content']): ToolResult | undefined {
  const headline = summary.lastIndexOf('</code>');
  const outcome = summary.slice(headline >= 0 ? headline + '</code>'.length : summary.lastIndexOf('</b>') + '</b>'.length);
  if (outcome.startsWith(' · no result')) return undefined;
  const status: ResultStatus = outcome.startsWith(' · failed') ? 'failed' : outcome.startsWith(' · rejected') ? 'rejected' : 'ok';
  return { status, content };
}

/** The fenced blocks of the input, and what the result holds. */
function readItems(reader: PageReader, marker: Marker): { inputs: ReadBlock[]; content: ToolResult['content'] } {
  const inputs: ReadBlock[] = [];
  const content: ToolResult['content'] = [];
  const files = [...(marker.data.files ?? [])];
  const types = [...(marker.data.types ?? [])];
  for (skipBlank(reader); !reader.page.startsWith('</details>\n', reader.at); skipBlank(reader)) {
    if (reader.page.charCodeAt(reader.at) !== 96) {
      content.push(readFile(reader, files.shift()));
      continue;
    }
    const block = readBlock(reader, marker.data.escaped === true);
    if (block.slot === 'unknown') content.push({ kind: 'unknown', type: types.shift() ?? '', value: parseJson(block.content) });
    else if (block.slot === '' && block.lang === 'text') content.push({ kind: 'text', text: block.content });
    else inputs.push(block);
  }
  readLine(reader);
  if (marker.data.blank) content.push({ kind: 'text', text: '' });
  return { inputs, content };
}

function readFile(reader: PageReader, file: { media: string; name?: string } | undefined): AttachmentPart {
  const path = linkPath(readLine(reader));
  if (path === undefined || !file) throw unexpected(reader, 'a fence, an attachment or </details>');
  return { kind: 'attachment', ...file, data: readBytes(reader, path) };
}

function inputOf(blocks: ReadBlock[], marker: Marker): Json {
  const pairs = new Map<string, Json>();
  let rest = marker.data.input;
  for (const { lang, slot, content } of blocks) {
    if (slot === '.') return content;
    if (slot === '-') continue;
    if (slot === '' && lang === 'json') rest = parseJson(content);
    else if (lang === 'diff' && (slot === '' || slot.includes(' .'))) readEdit(slot, content, pairs);
    else if (slot === '' && lang === 'sh') pairs.set('command', content);
    else if (slot.startsWith('.')) pairs.set(slot.slice(1), content);
    else throw fail('bad-page', { reason: `a call holds a block of "${lang} ${slot}"` });
  }
  if (rest !== undefined && (rest === null || typeof rest !== 'object' || Array.isArray(rest))) return rest;
  // A key that has a block stands in the rest only for its place.
  const others = Object.entries(rest ?? {}).map(([key, value]): [string, Json] => [key, pairs.get(key) ?? value]);
  const places = new Set(others.map(([key]) => key));
  return Object.fromEntries([...[...pairs].filter(([key]) => !places.has(key)), ...others]);
}

function readEdit(slot: string, content: string, pairs: Map<string, Json>): void {
  const edit = parseEdit(content);
  const [before, after] = slot === '' ? ['old_string', 'new_string'] : slot.split(' ').map((word) => word.slice(1));
  if (!edit || before === undefined || after === undefined) throw fail('bad-page', { reason: 'a diff that shows no edit' });
  pairs.set(before, edit.before);
  pairs.set(after, edit.after);
}
