import { count } from '../../model/count.ts';
import type { CallChange } from '../../model/diff/calls.ts';
import type { Mark } from '../../model/diff/change.ts';
import { editsOfCall } from '../../model/edits.ts';
import { fileDiffs } from '../../model/file-diff.ts';
import { headlineOf } from '../../model/page/call-view.ts';
import type { ToolCallPart, Turn } from '../../model/turn.ts';
import { outcome } from '../text/part.ts';
import { oneLine } from '../width.ts';
import { type Html, html } from './html.ts';

/** Characters of an input and of a result that stand on the page of a difference. */
const usual = 4000;

/** Returns the calls of a turn, folded; those that differ from the other side's are marked. */
export function callsHtml(turn: Turn, side: 'a' | 'b', changes: readonly CallChange[] | undefined): Html | undefined {
  const calls = turn.steps.flatMap(({ parts }) => parts.filter((part) => part.kind === 'tool-call'));
  if (calls.length === 0) return undefined;
  const marks = changes && marksOf(changes, side);
  const failed = calls.filter(({ result }) => result && result.status !== 'ok').length;
  const differ = marks?.filter((mark) => mark !== 'same').length ?? 0;
  return html`<details class="calls"><summary>${count(calls.length, 'call')}: ${namesOf(calls)}${
    failed > 0 ? html` · <span class="bad">${failed} failed</span>` : undefined
  }${marks ? ` · ${differ === 0 ? 'all the same' : differ === 1 ? '1 differs' : `${differ} differ`}` : ''}</summary>${calls.map(
    (call, at) => callHtml(call, marks?.[at]),
  )}</details>`;
}

/** The calls of one side are those of its turn, in their order. */
function marksOf(changes: readonly CallChange[], side: 'a' | 'b'): Mark[] {
  return changes.filter(({ change }) => change !== (side === 'a' ? 'added' : 'removed')).map(({ change }) => change);
}

function namesOf(calls: readonly ToolCallPart[]): string {
  const names = new Map<string, number>();
  for (const { name } of calls) names.set(name, (names.get(name) ?? 0) + 1);
  return [...names].map(([name, times]) => `${oneLine(name)} ${times}`).join(', ');
}

/** Returns a call, folded: its input, its edits as a diff, and its result, each up to `most` characters. */
export function callHtml(call: ToolCallPart, mark: Mark | undefined, most = usual): Html {
  const ended = outcome(call.result);
  const bad = call.result !== undefined && call.result.status !== 'ok';
  return html`<details class="${mark ?? 'call'}"><summary><b>${oneLine(call.name)}</b> <code>${clipped(oneLine(headlineOf(call.input)), 160)}</code>${
    ended === '' ? undefined : html` · <span class="${bad ? 'bad' : 'faint'}">${ended}</span>`
  }</summary>${inputHtml(call, most)}${resultHtml(call, most)}</details>`;
}

function inputHtml(call: ToolCallPart, most: number): Html {
  const diffs = fileDiffs(editsOfCall(call));
  if (diffs.length === 0)
    return html`<pre>${clipped(typeof call.input === 'string' ? call.input : JSON.stringify(call.input, null, 2), most)}</pre>`;
  return html`${diffs.map(({ path, edits }) => html`<pre>${path}\n${edits.map((rows) => rowsHtml(rows, most))}</pre>`)}`;
}

function rowsHtml(rows: readonly string[], most: number): Html {
  const shown = rows.slice(0, 200).map((row) => {
    const text = `${clipped(row, most)}\n`;
    return row.startsWith('+') ? html`<ins>${text}</ins>` : row.startsWith('-') ? html`<del>${text}</del>` : text;
  });
  return html`${shown}${rows.length > 200 ? `… ${count(rows.length - 200, 'more line')}\n` : ''}`;
}

function resultHtml({ result }: ToolCallPart, most: number): Html | undefined {
  const text = result?.content
    .map((one) => (one.kind === 'text' ? one.text : `[${one.kind === 'attachment' ? one.media : one.type}]`))
    .join('\n');
  return text === undefined || text.trim() === '' ? undefined : html`<pre>${clipped(text, most)}</pre>`;
}

/** Returns the first characters of a text and, where there are more, how many. */
export function clipped(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const cut = text.slice(0, characters).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…\n[${count(text.length - cut.length, 'more character')}]`;
}
