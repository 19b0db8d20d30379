import { count } from '../../../model/count.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { printEdit } from '../../../model/page/edit-diff.ts';
import { shellWord } from '../../../model/shell-word.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { Turn } from '../../../model/turn.ts';
import type { DiffResult } from '../../../ops/diff.ts';
import { type Line, line, lineWidth, styled, wrapLine } from '../../line.ts';
import type { ViewSettings } from '../../view.ts';
import { cut, oneLine } from '../../width.ts';
import { nearRows } from '../diffs.ts';
import { callChangeLines, ownCallLines } from './calls.ts';
import { type DiffLook, mostLines, rowsOf, shows, signStyles, signs, textOf, turnOf } from './look.ts';
import { firstLines, nearChanges, pieceLines } from './pieces.ts';

/** Returns the turns in one column: a row a turn, what differs in it below. */
export function* turnLines(result: DiffResult, look: DiffLook, settings: ViewSettings): Iterable<Line> {
  const rows = rowsOf(result.changes, look);
  const digits = Math.max(2, ...rows.map((row) => String(turnOf(row).n).length));
  let same: TurnChange[] = [];
  for (const row of [...rows, undefined]) {
    if (row?.change === 'same') {
      same.push(row);
      continue;
    }
    yield* sameLines(same, digits, settings);
    same = [];
    if (!row) return;
    yield* turnRow(row, digits, result, look, settings);
  }
}

/** A turn of one side alone is told by its own words, one of both sides by its subject and what differs below. */
function turnRow(row: TurnChange, digits: number, result: DiffResult, look: DiffLook, settings: ViewSettings): Line[] {
  const inner = { ...settings, columns: settings.columns - digits * 2 - 7 };
  const body = [...bodyLines(row, result, look, inner)];
  const own = row.change === 'removed' || row.change === 'added' ? body.shift() : undefined;
  const sign = own ? styled(signStyles[row.change], signs[row.change]) : { text: ' ' };
  const indent = ' '.repeat(digits * 2 + 6);
  return [turnHead(row, digits, settings, own), ...body.map((one) => (one.length === 0 ? line(sign) : line(sign, indent, one)))];
}

/** Turns that are the same are told in a row, several in one. */
function sameLines(rows: readonly TurnChange[], digits: number, settings: ViewSettings): Line[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  if (rows.length < 3) return rows.map((row) => turnHead(row, digits, settings));
  return [line(styled('faint', `=  ${count(rows.length, 'turn')} the same, ${turnOf(first).n} to ${turnOf(last).n}`))];
}

/** The row of a turn: how it differs, its numbers on both sides, what is told of it, by default its subject. */
function turnHead(row: TurnChange, digits: number, { columns }: ViewSettings, told?: Line): Line {
  const turn = turnOf(row);
  const number = (side: Turn | undefined) => (side ? String(side.n) : '').padStart(digits);
  const [a, b] = [row.change === 'added' ? undefined : row.a, row.change === 'removed' ? undefined : row.b];
  const sign = styled(signStyles[row.change], signs[row.change]);
  const left = line(
    sign,
    ' ',
    styled('id', number(a)),
    ' ',
    styled('id', number(b)),
    '  ',
    styled('faint', turn.role === 'user' ? '  ' : '↳ '),
  );
  if (told) return line(left, told);
  const subject = cut(oneLine(subjectOf(turn)), Math.max(12, columns - lineWidth(left)));
  return line(left, row.change === 'same' ? styled('faint', subject) : turn.role === 'user' ? styled('user', subject) : subject);
}

function* bodyLines(row: TurnChange, result: DiffResult, look: DiffLook, settings: ViewSettings): Iterable<Line> {
  const part = turnOf(row).role === 'user' ? 'prompts' : 'tools';
  if (row.change === 'removed' || row.change === 'added') {
    const side = row.change === 'removed' ? 'a' : 'b';
    const turn = turnOf(row);
    if (look.only.length === 0 || part === 'prompts') yield* ownText(turn, result[side].name, look, settings);
    else yield line(cut(oneLine(subjectOf(turn)), settings.columns));
    if (shows(look, 'tools')) yield* ownCallLines(turn, settings, look.full || look.only.includes('tools'));
    return;
  }
  if (row.text && (look.only.length === 0 || part === 'prompts')) yield* comparedText(row, look, settings);
  if (row.calls && shows(look, 'tools')) yield* callChangeLines(row.calls, settings);
}

/** What was said; of an answer, unless all is asked for, only the last text: what it came to. */
function ownText(turn: Turn, side: string, { full }: DiffLook, settings: ViewSettings): Line[] {
  const wrapped = (text: string) => (settings.terminal ? wrapLine(line(text), settings.columns) : [line(text)]);
  const lines = textOf(turn, full).flatMap((row) => (row === '' ? [line()] : wrapped(row)));
  const place = `${side.replace(/@.*$/s, '')}@${turn.n}`;
  return full ? lines : firstLines(lines, mostLines, (left) => `… ${count(left, 'more line')}: convo show ${shellWord(place)}`);
}

function* comparedText(row: TurnChange, { layout, full }: DiffLook, settings: ViewSettings): Iterable<Line> {
  const pieces = row.text?.pieces ?? [];
  if (pieces.every(([mark]) => mark === '=')) return;
  const text = (without: '-' | '+') => pieces.flatMap(([mark, piece]) => (mark === without ? [] : [piece])).join('');
  const whole = row.text?.by === 'whole';
  const lines =
    layout === 'unified' || whole
      ? nearRows(printEdit(text('+'), text('-')).split('\n'))
      : nearChanges(pieceLines(pieces, 'both', settings.color), 1);
  const wrapped = lines.flatMap((one) => (settings.terminal ? wrapLine(one, settings.columns) : [one]));
  yield* full ? wrapped : firstLines(wrapped, mostLines * 6, (left) => `… ${count(left, 'more line')}: --full`);
}
