import { count } from '../../../model/count.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { Turn } from '../../../model/turn.ts';
import type { DiffResult } from '../../../ops/diff.ts';
import { cutLine, type Line, line, lineWidth, padLine, styled, wrapLine } from '../../line.ts';
import type { ViewSettings } from '../../view.ts';
import { oneLine, width } from '../../width.ts';
import { callLine, ownCallLines } from './calls.ts';
import { type DiffLook, mostLines, rowsOf, shows, signStyles, signs, textOf } from './look.ts';
import { firstLines, nearChanges, pieceLines } from './pieces.ts';

/** Two turns, or two that stand in the same place though they have nothing in common. */
export interface SideBySide {
  a?: TurnChange & { a: Turn };
  b?: TurnChange & { b: Turn };
}

/** Returns the rows of two columns: pairs side by side, and between them those of one side alone, exchange beside exchange. */
export function sideBySide(changes: readonly TurnChange[]): SideBySide[] {
  const rows: SideBySide[] = [];
  let gap: { a: (TurnChange & { a: Turn })[]; b: (TurnChange & { b: Turn })[] } = { a: [], b: [] };
  const flush = () => {
    for (let at = 0; at < Math.max(gap.a.length, gap.b.length); at += 1) {
      const [a, b] = [gap.a[at], gap.b[at]];
      rows.push({ ...(a && { a }), ...(b && { b }) });
    }
    gap = { a: [], b: [] };
  };
  for (const row of changes) {
    if (row.change === 'removed') gap.a.push(row);
    else if (row.change === 'added') gap.b.push(row);
    else {
      flush();
      rows.push({ a: row, b: row });
    }
  }
  flush();
  return rows;
}

/** Returns the turns in two columns. */
export function* columnLines(result: DiffResult, look: DiffLook, settings: ViewSettings): Iterable<Line> {
  const cell = (settings.columns - 3) >> 1;
  const rows = sideBySide(rowsOf(result.changes, look));
  for (const [at, { a, b }] of rows.entries()) {
    if (at > 0) yield line(' '.repeat(cell), styled('faint', ' │'));
    const left = a ? cellLines(a, a.a, 'a', result, look, { ...settings, columns: cell }) : [];
    const right = b ? cellLines(b, b.b, 'b', result, look, { ...settings, columns: cell }) : [];
    for (let row = 0; row < Math.max(left.length, right.length); row += 1) {
      yield line(padLine(left[row] ?? [], cell), styled('faint', ' │ '), right[row] ?? []);
    }
  }
}

function cellLines(row: TurnChange, turn: Turn, side: 'a' | 'b', result: DiffResult, look: DiffLook, settings: ViewSettings): Line[] {
  const lead = line(
    styled(signStyles[row.change], signs[row.change]),
    ' ',
    styled('id', String(turn.n)),
    turn.role === 'user' ? '  ' : ' ↳ ',
  );
  const subject = line(styled(row.change === 'same' ? 'faint' : 'user', oneLine(subjectOf(turn))));
  if (row.change === 'same') return [cutLine(line(lead, subject), settings.columns)];
  const indent = ' '.repeat(lineWidth(lead));
  const inner = { ...settings, columns: settings.columns - indent.length };
  const [first = subject, ...rest] = [...textLines(row, turn, side, result, look, inner), ...callLines(row, turn, side, look, inner)];
  return [line(lead, first), ...rest.map((one) => line(indent, one))].map((one) => cutLine(one, settings.columns));
}

function textLines(row: TurnChange, turn: Turn, side: 'a' | 'b', result: DiffResult, look: DiffLook, settings: ViewSettings): Line[] {
  if (look.only.length > 0 && !(turn.role === 'user' && look.only.includes('prompts'))) return [line(oneLine(subjectOf(turn)))];
  const compared = row.text?.pieces.some(([mark]) => mark !== '=');
  const lines = compared
    ? nearChanges(pieceLines(row.text?.pieces ?? [], side, settings.color), 1)
    : textOf(turn, look.full).map((text) => line(text));
  const wrapped = lines.flatMap((one) => wrapLine(one, settings.columns));
  const place = `${result[side].name.replace(/@.*$/s, '')}@${turn.n}`;
  return look.full
    ? wrapped
    : firstLines(wrapped, mostLines, (left) => {
        const told = `… ${count(left, 'more line')}`;
        const where = `${told}: show ${place}`;
        return width(where) > settings.columns ? told : where;
      });
}

function callLines(row: TurnChange, turn: Turn, side: 'a' | 'b', look: DiffLook, settings: ViewSettings): Line[] {
  if (!shows(look, 'tools')) return [];
  if (!row.calls) return ownCallLines(turn, settings, look.full || look.only.includes('tools'));
  return row.calls.flatMap((change): Line[] => {
    const call = side === 'a' ? (change.change === 'added' ? undefined : change.a) : change.change === 'removed' ? undefined : change.b;
    if (!call || change.change === 'same') return [];
    return [
      line(styled(signStyles[change.change], signs[change.change]), ' ', callLine(call, { ...settings, columns: settings.columns - 2 })),
    ];
  });
}
