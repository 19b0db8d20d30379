import { count } from '../../model/count.ts';
import type { ListResult } from '../../ops/list.ts';
import { cutLine, type Line, line, lineWidth, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { ago, date, parseTime } from '../time.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { cut, oneLine, width } from '../width.ts';
import { dotted, labelWords, projectTail, some } from './words.ts';

type Listed = ListResult['groups'][number]['conversations'][number];
type Agent = NonNullable<ReturnType<NonNullable<ListResult['agents']>['get']>>[number];

/** Mark and id, tool, title with labels, project where asked for, branches and agents, turns and those in progress, when. */
const shape: Column[] = [
  {},
  {},
  { flexible: true, cut: cutTitle },
  {},
  ...([{ align: 'right' }, { align: 'right' }, {}, { align: 'right' }] as const),
];
/** Below so many columns the titles need the room of the words. */
const roomy = 100;

/** Lists conversations in their groups, aligned over all of them. */
export const listView: View<ListResult> = function* lines(result, settings) {
  const { groups, groupBy } = result;
  const rows = listRows(
    groups.flatMap(({ conversations }) => conversations),
    result,
    settings,
  )[Symbol.iterator]();
  for (const [index, { name, conversations }] of groups.entries()) {
    if (index > 0) yield line();
    if (groupBy !== 'none') yield line(styled('heading', cut(heading(name, groupBy, settings), settings.columns)));
    for (let left = conversations.length; left > 0; left -= 1) yield* rows.next().value ?? [];
  }
  yield* footer(result);
};

/** Returns the lines of each conversation, aligned over all of them: its own, and below it those of the sub-agents that are given. */
export function listRows(
  entries: readonly Listed[],
  { current, groupBy = 'project', agents }: Partial<ListResult>,
  settings: ViewSettings,
): Line[][] {
  const cells = entries.map((one) => [
    cellsOf(one, current, settings, groupBy),
    ...(agents?.get(one.id) ?? []).map((agent) => agentCells(agent)),
  ]);
  const rows = table(cells.flat(), shape, settings.columns)[Symbol.iterator]();
  return cells.map((group) => group.map(() => rows.next().value ?? line()));
}

/** `Fix the line splitter  P1 waiting #parser #bench` */
function titleCell(entry: Listed): Line {
  const labels = labelWords(entry);
  return labels === '' ? line(oneLine(entry.title)) : line(oneLine(entry.title), '  ', styled('command', oneLine(labels)));
}

/** Labels take two fifths of the room at most. */
function cutTitle(cell: Line, columns: number): Line {
  const [title, gap, labels] = cell;
  if (!title || !gap || !labels || lineWidth(cell) <= columns) return cutLine(cell, columns);
  const tail = cut(labels.text, Math.max(8, Math.floor(columns * 0.4)));
  return cutLine(line(cut(title.text, Math.max(1, columns - width(tail) - 2)), gap, { ...labels, text: tail }), columns);
}

const nameless: Readonly<Record<string, string>> = { project: 'no project', intent: 'no task', date: 'no date', status: 'no status' };

function heading(name: string, groupBy: string, settings: ViewSettings): string {
  const time = groupBy === 'date' ? parseTime(`${name}T12:00`) : undefined;
  const text = groupBy === 'project' ? shortPath(name, settings) : time === undefined ? name : date(time, settings.now);
  return oneLine(text) || (nameless[groupBy] ?? '');
}

const nothing = line();

function cellsOf(entry: Listed, current: string | undefined, { now, columns }: ViewSettings, groupBy: string): Line[] {
  const time = parseTime(entry.updated);
  const isRoomy = columns >= roomy;
  return [
    line(entry.id === current ? styled('good', '* ') : '  ', styled('id', entry.id)),
    line(styled('faint', groupBy === 'tool' ? '' : entry.tool)),
    titleCell(entry),
    groupBy === 'project' ? nothing : line(styled('faint', cut(oneLine(projectTail(entry.project)), isRoomy ? 24 : 12))),
    line(styled('faint', isRoomy ? partsOf(entry) : groupBy === 'project' ? briefly(entry) : '')),
    line(styled('faint', entry.absent ? 'not fetched' : count(entry.turns, 'turn'))),
    entry.open?.length ? line(styled('good', `+${entry.open.length}`)) : nothing,
    line(styled('faint', time === undefined ? '' : ago(time, now))),
  ];
}

/** `2 branches · 1 agent`, where there are several, and any. */
function partsOf(entry: Listed): string {
  const lines = linesOf(entry);
  return dotted([lines > 1 ? count(lines, 'branch', 'branches') : '', some(entry.agents?.length ?? 0, 'agent')]);
}

/** `2 br`, where there are several. */
const briefly = (entry: Listed) => (linesOf(entry) > 1 ? `${linesOf(entry)} br` : '');

const linesOf = ({ branches }: Listed) => branches.filter(({ within }) => within === undefined).length;

function agentCells({ id, turns, title }: Agent): Line[] {
  return [
    line(styled('faint', '  ╰ '), styled('id', oneLine(id).slice(0, 8))),
    line(styled('faint', 'agent')),
    line(styled('faint', oneLine(title))),
    ...[nothing, nothing],
    line(styled('faint', count(turns, 'turn'))),
  ];
}

function* footer({ groups, more, unanswered, total }: ListResult): Iterable<Line> {
  if (groups.length === 0) yield line(total === 0 ? 'No conversation is saved yet' : 'No conversation matches');
  const left = [
    ...(more > 0 ? [`${count(more, 'more conversation')}: raise -n`] : []),
    ...(unanswered > 0 ? [`${count(unanswered, 'conversation')} without an answered prompt: --all`] : []),
  ];
  if (left.length > 0) yield* [line(), ...left.map((text) => line(styled('faint', text)))];
  if (total === 0) yield line(styled('faint', 'next: '), styled('command', 'convo import'));
}
