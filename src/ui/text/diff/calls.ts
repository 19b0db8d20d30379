import { count } from '../../../model/count.ts';
import { type Call, type CallChange, callsOf } from '../../../model/diff/calls.ts';
import { sameFile } from '../../../model/diff/facts.ts';
import { changedFiles } from '../../../model/page/tally.ts';
import type { Turn } from '../../../model/turn.ts';
import { type Line, line, lineWidth, styled } from '../../line.ts';
import { insidePath, type ViewSettings } from '../../view.ts';
import { cut, oneLine } from '../../width.ts';
import { dotted, some, stopWord, took } from '../words.ts';
import { signStyles, signs } from './look.ts';

/** What a line is laid out for. */
type Room = Pick<ViewSettings, 'columns' | 'folder'>;

/** Returns a call in one line: the tool, what it was asked, what came of it. */
export function callLine(call: Call, { columns, folder }: Room): Line {
  const right = line(...linesOf(call), ...outcomeOf(call));
  const left = line(styled('faint', '▸ '), styled('command', cut(oneLine(call.name), Math.max(12, columns >> 1))), ' ');
  return line(left, cut(oneLine(insidePath(call.headline, { folder })), Math.max(8, columns - lineWidth(left) - lineWidth(right))), right);
}

function linesOf({ lines }: Call): Line {
  return lines ? line(' ', styled('added', `+${lines.added}`), ' ', styled('removed', `-${lines.removed}`)) : [];
}

function outcomeOf(call: Call): Line {
  return call.outcome === 'ok' || call.outcome === 'unknown' ? [] : line(styled('faint', ' · '), styled('bad', worded(call)));
}

/** An exit code says that a call failed, and more. */
const worded = ({ outcome, exit }: Call) => (exit ? `exit ${exit}` : outcome === 'unknown' ? 'no result' : outcome);

/** Returns the calls that differ, in one column; how many are the same is told where some are. */
export function callChangeLines(changes: readonly CallChange[], { columns, folder }: Room): Line[] {
  const same = changes.filter(({ change }) => change === 'same').length;
  const lines = changes.flatMap((row) => changeLines(row, { columns: columns - 2, folder }));
  return same > 0 && lines.length > 0 ? [...lines, line(styled('faint', `= ${count(same, 'call')} the same`))] : lines;
}

function changeLines(row: CallChange, room: Room): Line[] {
  const { columns } = room;
  const sign = line(styled(signStyles[row.change], signs[row.change]), ' ');
  if (row.change === 'same') return [];
  if (row.change === 'removed') return [line(sign, callLine(row.a, room))];
  if (row.change === 'added') return [line(sign, callLine(row.b, room))];
  const { a, b, differs } = row;
  if (differs.includes('arguments') && !sameFile(a.headline, b.headline)) {
    return [line(styled('removed', signs.removed), ' ', callLine(a, room)), line(styled('added', signs.added), ' ', callLine(b, room))];
  }
  const name = a.name === b.name ? b.name : `${a.name} → ${b.name}`;
  const left = line(styled('faint', '▸ '), styled('command', cut(oneLine(name), 48)), ' ');
  const right = line(...(differs.includes('arguments') ? argumentsOf(a, b) : []), ...(differs.includes('outcome') ? outcomesOf(a, b) : []));
  return [line(sign, left, cut(oneLine(insidePath(b.headline, room)), Math.max(8, columns - lineWidth(left) - lineWidth(right))), right)];
}

const outcomesOf = (a: Call, b: Call): Line =>
  line(styled('faint', ' · '), styled('removed', worded(a)), ' → ', styled('added', worded(b)));

/** What is about the same thing and yet asks for something else. */
function argumentsOf(a: Call, b: Call): Line {
  if (!a.lines || !b.lines) return line(styled('faint', ' · other arguments'));
  return line(...linesOf(a), ' →', ...linesOf(b), styled('faint', ' · other lines'));
}

/** Returns every call of a turn that only one side has; without `each`, how many of which tool, in one line. */
export function ownCallLines(turn: Turn, room: Room, each: boolean): Line[] {
  const calls = callsOf(turn).map(({ call }) => call);
  if (each) return calls.map((call) => callLine(call, room));
  const stop = stopWord(turn.stop);
  if (calls.length === 0) return stop === undefined ? [] : [line(styled('bad', oneLine(stop)))];
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  const named = [...counts].map(([name, times]) => `${oneLine(name)} ${times}`).join(', ');
  const failed = calls.filter(({ outcome }) => outcome === 'failed' || outcome === 'rejected').length;
  const facts = dotted([some(changedFiles(turn).length, 'file'), took(turn)]);
  const bad = dotted([failed > 0 ? `${failed} failed` : undefined, stop === undefined ? undefined : oneLine(stop)]);
  const right = line(styled('bad', bad === '' ? '' : ` · ${bad}`), styled('faint', facts === '' ? '' : ` · ${facts}`));
  return [line(styled('faint', '▸ '), styled('faint', cut(named, room.columns - 2 - lineWidth(right))), right)];
}
