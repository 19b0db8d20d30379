import { count } from '../count.ts';
import { editsOfCall } from '../edits.ts';
import { fileDiffs } from '../file-diff.ts';
import { exitOf, outcomeOf } from '../notes/command-runs.ts';
import { code, inLine, outcomeWords, seenText } from '../notes/note-lines.ts';
import { headlineOf } from '../page/call-view.ts';
import { defaultLimits } from '../page/limits.ts';
import { plainText } from '../plain-text.ts';
import { replacedBy } from '../replaced.ts';
import type { Part, TextPart, ToolCallPart, Turn } from '../turn.ts';

/** full: with what calls gave and changed · folded: what was said, and each call in a line. */
export type Detail = 'full' | 'folded';

const leads: Partial<Record<TextPart['kind'], string>> = {
  prompt: 'while it worked:',
  remark: 'when asked for permission:',
  error: 'error:',
};
const said: ReadonlySet<Part['kind']> = new Set(['text', 'prompt', 'remark', 'command', 'error']);
const printed: ReadonlySet<Part['kind']> = new Set(['output', 'expansion']);
/** Rows of an edit, and characters of a row of anything but speech. */
const editRows = 40;
const rowLength = 400;

/**
 * Returns a turn as rows of markdown under a heading that names it. What was said stands quoted, so that it cannot look like a heading or
 * another turn; thinking and what a harness added are left out.
 */
export function turnRows(turn: Turn, detail: Detail): string[] {
  const rows = turn.steps.flatMap(({ parts }) => parts.flatMap((part) => partRows(part, detail)));
  return [
    `### @${turn.n} ${whoOf(turn)}`,
    ...(turn.kind === 'reverted' ? ['- taken out'] : rows.length === 0 ? ['- nothing was said'] : rows),
  ];
}

function whoOf({ role, kind, model, origin, edited }: Turn): string {
  const by = kind === 'compaction' ? 'summary' : kind === undefined || kind === 'reverted' ? role : `${role}, ${kind}`;
  const changed = replacedBy({ ...(origin && { origin }), ...(edited && { edited }) }) === undefined ? '' : ', corrected';
  return `${by}${changed}${model === undefined ? '' : `, ${inLine(model)}`}`;
}

function partRows(part: Part, detail: Detail): string[] {
  if (part.kind === 'tool-call') return callRows(part, detail);
  if (part.kind === 'attachment') return [`- attached ${code(part.name ?? part.media)}, ${count(part.data.length, 'byte')}`];
  if (!('text' in part) || plainText(part.text).trim() === '') return [];
  const lead = leads[part.kind];
  if (said.has(part.kind)) return [...(lead === undefined ? [] : [`- ${lead}`]), ...quoted(textRows(part.text))];
  return detail === 'full' && printed.has(part.kind) ? [`- ${part.kind}:`, ...clipped(textRows(part.text), '  > ')] : [];
}

function callRows(call: ToolCallPart, detail: Detail): string[] {
  const exit = exitOf(call);
  const ended = `${outcomeWords[outcomeOf(call)]}${exit === undefined ? '' : `, exit ${exit}`}`;
  const headline = headlineOf(call.input);
  const row = `- ${inLine(call.name)}${headline === '' ? '' : ` ${code(headline)}`}: ${ended}`;
  if (detail === 'folded') return [row];
  const diffs = fileDiffs(editsOfCall(call)).flatMap(({ edits }) => edits.flat());
  if (diffs.length > 0) return [row, ...clipped(diffs.flatMap(textRows), '  > ', editRows, 0)];
  const text = call.result?.content.flatMap((one) => (one.kind === 'text' ? [one.text] : [])).join('\n') ?? '';
  return plainText(text).trim() === '' ? [row] : [row, ...clipped(textRows(text), '  > ')];
}

/** Returns the rows of a text, without blank ones at both ends. */
export function textRows(text: string): string[] {
  const rows = seenText(text).split('\n');
  while (rows.length > 0 && rows[0]?.trim() === '') rows.shift();
  while (rows.length > 0 && rows.at(-1)?.trim() === '') rows.pop();
  return rows;
}

/** Stands before each row of what was said. */
export const mark = '> ';

/** Returns rows as a quotation. */
export const quoted = (rows: readonly string[], before = mark): string[] => rows.map((row) => `${before}${row}`.trimEnd());

function clipped(rows: readonly string[], before: string, head = defaultLimits.head, tail = defaultLimits.tail): string[] {
  const short = rows.map((row) => (row.length > rowLength ? `${row.slice(0, rowLength).replace(/[\ud800-\udbff]$/, '')}…` : row));
  if (rows.length <= head + tail + 1) return quoted(short, before);
  const left = `${before}… ${count(rows.length - head - tail, 'line')} left out`;
  return [...quoted(short.slice(0, head), before), left, ...quoted(tail === 0 ? [] : short.slice(-tail), before)];
}
