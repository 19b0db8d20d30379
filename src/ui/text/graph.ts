import type { GraphNode } from '../../ops/graph.ts';
import { type Line, line, lineWidth, padLine, type Span, styled } from '../line.ts';
import { clock, date, parseTime } from '../time.ts';
import type { ViewSettings } from '../view.ts';
import { cut, oneLine, width } from '../width.ts';
import { some } from './words.ts';

/** Returns the graph, newest first: a column a line of thought, `*` a turn, joined where one left the other. */
export function* graphLines(nodes: readonly GraphNode[], settings: ViewSettings): Iterable<Line> {
  // The turn that each column waits for; undefined = a column that is free.
  let lanes: (string | undefined)[] = [];
  for (const node of nodes) {
    const { id } = node.turn;
    let at = lanes.indexOf(id);
    if (at < 0) at = place(lanes, id);
    const joining = lanes.flatMap((lane, column) => (lane === id && column !== at ? [column] : []));
    if (joining.length > 0) {
      yield joinLine(lanes, at, joining);
      for (const column of joining) lanes[column] = undefined;
      lanes = trimmed(lanes);
    }
    yield nodeLine(node, lanes, at, settings);
    for (const agent of node.agents) yield agentLine(agent, node, lanes, at);
    const [first, ...others] = node.parents;
    lanes[at] = first;
    for (const parent of others) {
      const there = lanes.indexOf(parent);
      yield there < 0 ? splitLine(lanes, at, place(lanes, parent), '╮ ', '╭─') : splitLine(lanes, at, there, '┤ ', '├─');
    }
    lanes = trimmed(lanes);
  }
}

function place(lanes: (string | undefined)[], id: string): number {
  const free = lanes.indexOf(undefined);
  const at = free < 0 ? lanes.length : free;
  lanes[at] = id;
  return at;
}

function trimmed(lanes: readonly (string | undefined)[]): (string | undefined)[] {
  const last = lanes.findLastIndex((lane) => lane !== undefined);
  return lanes.slice(0, last + 1);
}

function columns(lanes: readonly (string | undefined)[], mark: (column: number) => string | undefined): string {
  return lanes.map((lane, column) => mark(column) ?? (lane === undefined ? '  ' : '│ ')).join('');
}

/** `├─╯ `: the columns that end here run into the turn's own. */
function joinLine(lanes: readonly (string | undefined)[], at: number, joining: readonly number[]): Line {
  const last = Math.max(...joining);
  const first = Math.min(at, ...joining);
  const mark = (column: number) => {
    if (column === at) return column === first ? '├─' : '┤ ';
    if (column === last) return '╯ ';
    if (joining.includes(column)) return column < at ? '╰─' : '┴─';
    return column > first && column < last ? (lanes[column] === undefined ? '──' : '│─') : undefined;
  };
  return line(styled('faint', columns(lanes, mark)));
}

/** `├─╮ `, `├─┤ `: a merge's further parents begin a column, or stand in one that is there. */
function splitLine(lanes: readonly (string | undefined)[], at: number, to: number, onTheRight: string, onTheLeft: string): Line {
  const [first, last] = [Math.min(at, to), Math.max(at, to)];
  const mark = (column: number) => {
    if (column === at) return at === first ? '├─' : '┤ ';
    if (column === to) return to === last ? onTheRight : onTheLeft;
    return column > first && column < last ? (lanes[column] === undefined ? '──' : '│─') : undefined;
  };
  return line(styled('faint', columns(lanes, mark)));
}

function nodeLine(
  { turn, tips }: GraphNode,
  lanes: readonly (string | undefined)[],
  at: number,
  { columns: room, now }: ViewSettings,
): Line {
  const drawn = lanes.map((lane, column): Span => {
    if (column === at) return styled(turn.role === 'user' ? 'strong' : 'faint', turn.role === 'user' ? '● ' : '○ ');
    return styled('faint', lane === undefined ? '  ' : '│ ');
  });
  const names = tips.map((tip) => styled('good', `[${tip}] `));
  const left = line(...drawn, styled('id', String(turn.n)), ' ', ...names);
  const time = parseTime(turn.time);
  const right = turn.open ? 'in progress' : time === undefined ? '' : `${date(time, now)} ${clock(time)}`;
  const text = cut(oneLine(turn.subject), Math.max(12, room - lineWidth(left) - width(right) - 2));
  const said = line(left, turn.role === 'user' ? styled('user', text) : text);
  return line(padLine(said, room - width(right) - 2), '  ', styled('faint', right));
}

function agentLine(agent: GraphNode['agents'][number], { turn }: GraphNode, lanes: readonly (string | undefined)[], at: number): Line {
  const drawn = columns(lanes, (column) => (column === at ? '│ ' : undefined));
  const lead = ' '.repeat(String(turn.n).length);
  return line(styled('faint', `${drawn}${lead} ╰ agent ${oneLine(agent.id)} · ${some(agent.turns, 'turn')}`));
}
