import { count } from '../../model/count.ts';
import type { ListResult } from '../../ops/list.ts';
import { type Line, line, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { ago, parseTime } from '../time.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';

type Listed = ListResult['projects'][number]['conversations'][number];

/** Columns of `listRow`. */
export const listColumns: Column[] = [{}, {}, { flexible: true }, { align: 'right' }, { align: 'right' }, {}, { align: 'right' }];
/** Below so many columns the titles need the room of the branches. */
const roomy = 100;

/** Lists conversations by project, aligned over all projects. */
export const listView: View<ListResult> = function* lines(result, settings) {
  const { projects } = result;
  const rows = table(
    projects.flatMap(({ conversations }) => conversations.map((one) => listRow(one, result.current, settings))),
    listColumns,
    settings.columns,
  );
  let at = 0;
  for (const [index, { project, conversations }] of projects.entries()) {
    if (index > 0) yield line();
    yield line(styled('heading', cut(oneLine(shortPath(project, settings)) || 'no project', settings.columns)));
    yield* rows.slice(at, at + conversations.length);
    at += conversations.length;
  }
  yield* footer(result);
};

/** Returns the cells of a conversation: mark and id, tool, title, branches, turns and those in progress, when. */
export function listRow(entry: Listed, current: string | undefined, { now, columns }: ViewSettings): Line[] {
  const time = parseTime(entry.updated);
  const lines = entry.branches.filter(({ within }) => within === undefined).length;
  const branches = lines > 1 && columns >= roomy ? count(lines, 'branch', 'branches') : '';
  return [
    line(entry.id === current ? styled('good', '* ') : '  ', styled('id', entry.id)),
    line(styled('faint', entry.tool)),
    line(oneLine(entry.title)),
    line(styled('faint', branches)),
    line(styled('faint', count(entry.turns, 'turn'))),
    line(entry.open?.length ? styled('good', `+${entry.open.length}`) : ''),
    line(styled('faint', time === undefined ? '' : ago(time, now))),
  ];
}

function* footer({ projects, more, unanswered, total }: ListResult): Iterable<Line> {
  if (projects.length === 0) yield line(total === 0 ? 'No conversation is saved yet' : 'No conversation matches');
  const left = [
    ...(more > 0 ? [`${count(more, 'more conversation')}: raise -n`] : []),
    ...(unanswered > 0 ? [`${count(unanswered, 'conversation')} without an answered prompt: --all`] : []),
  ];
  if (left.length > 0) yield* [line(), ...left.map((text) => line(styled('faint', text)))];
  if (total === 0) yield line(styled('faint', 'next: '), styled('command', 'convo import'));
}
