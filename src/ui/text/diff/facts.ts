import { count } from '../../../model/count.ts';
import type { DiffResult, DiffSide } from '../../../ops/diff.ts';
import { type Line, line, lineWidth, padLine, type Style, styled, wrapLine } from '../../line.ts';
import type { ViewSettings } from '../../view.ts';
import { cut, oneLine, width } from '../../width.ts';
import { dotted, moment, projectTail } from '../words.ts';
import { factRows } from './fact-rows.ts';
import { apartText } from './look.ts';

/** The style of each side: what `-` and `+` have. */
const styles = { a: 'removed', b: 'added' } as const satisfies Record<string, Style>;

/** Returns what is compared, and where the two parted. */
export function* headLines(result: DiffResult, settings: ViewSettings): Iterable<Line> {
  const { a, b } = result;
  const { columns } = settings;
  const one = a.conversation.id === b.conversation.id;
  if (one) yield line(styled('strong', cut(oneLine(a.conversation.title), columns)));
  const names = Math.max(width(a.name), width(b.name));
  const project = projectTail(a.conversation.project) !== projectTail(b.conversation.project);
  yield sideLine('a', a, names, { one, project }, columns);
  yield sideLine('b', b, names, { one, project }, columns);
  yield* baseLines(result, settings);
}

function* baseLines(result: DiffResult, { columns, now }: ViewSettings): Iterable<Line> {
  const { a, b, base, counts } = result;
  if (!base) {
    yield line(styled('faint', apartText(result)));
    return;
  }
  if (counts.alike + counts.changed + counts.removed + counts.added === 0) return;
  const on = a.turns === base.shared ? 'b goes on from a' : b.turns === base.shared ? 'a goes on from b' : 'Parted';
  const lead = line(styled('faint', `${on} after turn ${base.turn.n}, ${moment(base.turn.time, now) ?? 'time unknown'}: `));
  yield line(lead, cut(oneLine(base.turn.subject), Math.max(20, columns - lineWidth(lead))));
  const other = base.merged === 'a' ? 'b' : 'a';
  if (base.merged !== undefined)
    yield line(styled('faint', `${base.merged} has merged ${other} since: what it holds of ${other} is left out`));
}

/** What the head line of both says needs no word in each: one conversation, one project. */
interface Shared {
  one: boolean;
  project: boolean;
}

function sideLine(
  side: 'a' | 'b',
  { name, conversation, turns }: DiffSide,
  names: number,
  { one, project }: Shared,
  columns: number,
): Line {
  const { tool, title, project: folder } = conversation;
  const left = line(styled(styles[side], side), '  ', styled('id', name), ' '.repeat(names - width(name)), '  ');
  const facts = dotted([one ? undefined : tool, count(turns, 'turn'), project ? oneLine(projectTail(folder)) : undefined]);
  const said = one ? '' : cut(oneLine(title), Math.max(12, columns - lineWidth(left) - width(facts) - 3));
  return line(left, said, styled('faint', said === '' ? facts : ` · ${facts}`));
}

const names = 10;

/** Returns the facts of both sides in two columns; what both have alike is faint. */
export function* factLines(result: DiffResult, settings: ViewSettings): Iterable<Line> {
  const { columns } = settings;
  const cell = (columns - names - 2) >> 1;
  const head = (side: 'a' | 'b') => padLine(line(styled(styles[side], side), ' ', cut(result[side].name, cell - 2)), cell);
  yield line(' '.repeat(names), head('a'), '  ', head('b'));
  for (const { name, a, b } of factRows(result, { ...settings, columns: cell })) {
    const alike = JSON.stringify(a) === JSON.stringify(b);
    const [left, right] = [a, b].map((lines) => wrapped(alike ? lines.map(faint) : lines, cell)) as [Line[], Line[]];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
      const first = padLine(left[at] ?? (at === 0 ? none : []), cell);
      yield line(styled('faint', (at === 0 ? name : '').padEnd(names)), first, '  ', right[at] ?? (at === 0 ? none : []));
    }
  }
}

const none = line(styled('faint', '–'));
const faint = (one: Line): Line => one.map(({ text }) => styled('faint', text));
const wrapped = (lines: readonly Line[], columns: number): Line[] => lines.flatMap((one) => wrapLine(one, columns));
