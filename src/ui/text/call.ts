import { editsOfCall } from '../../model/edits.ts';
import { fileDiffs } from '../../model/file-diff.ts';
import { headlineOf } from '../../model/page/call-view.ts';
import type { ToolCallPart } from '../../model/turn.ts';
import { type Line, line, lineWidth, styled } from '../line.ts';
import { insidePath, type ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';
import { diffLines } from './diffs.ts';
import { inset, outcome, resultLines } from './part.ts';
import { plainLines } from './prose.ts';

/** Returns a call in one line: the tool, what it was asked, what came of it. */
export function foldedCall(call: ToolCallPart, { columns, folder }: ViewSettings): Line {
  const name = line(styled('faint', '▸ '), styled('command', cut(oneLine(call.name), 32)));
  const status = call.result?.status;
  const ended = outcome(call.result);
  const right = ended === '' ? [] : [styled('faint', ' · '), styled(status && status !== 'ok' ? 'bad' : 'faint', ended)];
  const headline = cut(
    oneLine(insidePath(headlineOf(call.input), { folder })),
    Math.max(8, columns - lineWidth(name) - lineWidth(right) - 1),
  );
  return line(name, headline === '' ? '' : ` ${headline}`, ...right);
}

/** Returns a call with its input, its edits as a diff, and its result. */
export function fullCall(call: ToolCallPart, settings: ViewSettings): Line[] {
  const diffs = fileDiffs(editsOfCall(call));
  const input = diffs.length > 0 ? diffLines(diffs, '', settings) : inputLines(call);
  return [foldedCall(call, settings), ...input.map(inset), ...(call.result ? resultLines(call.result).map(inset) : [])];
}

function inputLines({ input }: ToolCallPart): Line[] {
  if (typeof input === 'string') return plainLines(input);
  if (typeof input !== 'object' || input === null) return input === null ? [] : plainLines(String(input));
  return Object.entries(input).flatMap(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const [first = '', ...rest] = text.split(/\r?\n/);
    return [line(styled('faint', `${oneLine(key)}: `), first), ...rest.map((row) => line('  ', row))];
  });
}
