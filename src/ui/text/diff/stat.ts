import { count, grouped } from '../../../model/count.ts';
import type { FilePair } from '../../../model/diff/facts.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { saidIn } from '../../../model/notes/said.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { DiffResult } from '../../../ops/diff.ts';
import { type Line, line, lineWidth, styled } from '../../line.ts';
import { type Column, table } from '../../table.ts';
import { insidePath, type ViewSettings } from '../../view.ts';
import { cut, cutStart, oneLine } from '../../width.ts';
import { type DiffLook, rowsOf, signStyles, signs, turnOf } from './look.ts';

const longest = 20;

/** Returns a row for each turn that differs, with how many words came and went, as git tells it of files. */
export function* statLines(result: DiffResult, look: DiffLook, { columns }: ViewSettings): Iterable<Line> {
  const rows = rowsOf(result.changes, look).filter(({ change }) => change !== 'same');
  const counted = rows.map((row) => ({ row, ...wordsOf(row) }));
  const greatest = Math.max(1, ...counted.map(({ gone, come }) => gone + come));
  const shape: Column[] = [{}, { align: 'right' }, { align: 'right' }, { flexible: true }, { align: 'right' }, {}];
  const cells = counted.map(({ row, gone, come }) => {
    const turn = turnOf(row);
    return [
      line(styled(signStyles[row.change], signs[row.change])),
      line(styled('id', row.change === 'added' ? '' : String(row.a.n))),
      line(styled('id', row.change === 'removed' ? '' : String(row.b.n))),
      line(turn.role === 'user' ? '' : styled('faint', '↳ '), cut(oneLine(subjectOf(turn)), columns)),
      line('| ', grouped(gone + come)),
      bar(come, gone, greatest),
    ];
  });
  yield* table(cells, shape, columns);
}

function bar(come: number, gone: number, greatest: number): Line {
  const length = (n: number) => (n === 0 ? 0 : Math.max(1, Math.round((n / greatest) * longest)));
  return line(styled('added', '+'.repeat(length(come))), styled('removed', '-'.repeat(length(gone))));
}

/** Words that only one side says in a turn. */
function wordsOf(row: TurnChange): { gone: number; come: number } {
  const words = (text: string) => (text.match(/[\p{L}\p{N}_]+/gu) ?? []).length;
  if (row.change === 'removed') return { gone: words(saidIn(row.a)), come: 0 };
  if (row.change === 'added') return { gone: 0, come: words(saidIn(row.b)) };
  const marked = (mark: '-' | '+') => (row.text?.pieces ?? []).reduce((sum, [one, text]) => sum + (one === mark ? words(text) : 0), 0);
  return { gone: marked('-'), come: marked('+') };
}

/** Returns the sum of a difference in one line: `4 turns the same, 1 changed, 2 only in a`. */
export function sumLine({ counts, base }: DiffResult): Line {
  const { same, alike, changed, removed, added } = counts;
  const told = [
    same + (base?.shared ?? 0) > 0 ? `${count(same + (base?.shared ?? 0), 'turn')} the same` : undefined,
    alike > 0 ? `${grouped(alike)} alike` : undefined,
    changed > 0 ? `${grouped(changed)} changed` : undefined,
    removed > 0 ? `${grouped(removed)} only in a` : undefined,
    added > 0 ? `${grouped(added)} only in b` : undefined,
  ].filter((words) => words !== undefined);
  return line(told.join(', '));
}

/** Returns a row for each file that either side changed: how many lines came and went on each, and in which turns. */
export function* fileLines({ facts, a, b }: DiffResult, { columns, folder }: ViewSettings): Iterable<Line> {
  const side = (file: FilePair['a']): Line =>
    file
      ? line(
          styled('added', `+${file.added}`),
          ' ',
          styled('removed', `-${file.removed}`),
          styled('faint', ` @${file.turns.map(({ n }) => n).join(', ')}`),
        )
      : line(styled('faint', '–'));
  if (facts.files.length === 0) {
    yield line(styled('faint', 'No files were changed'));
    return;
  }
  const head = [line(), line(styled('removed', 'a'), ' ', cut(a.name, 24)), line(styled('added', 'b'), ' ', cut(b.name, 24))];
  const told = facts.files.map((file) => [side(file.a), side(file.b)] as const);
  const widest = [0, 1].map((at) => Math.max(...[head[at + 1] ?? [], ...told.map((row) => row[at] ?? [])].map(lineWidth)));
  const room = Math.max(20, columns - (widest[0] ?? 0) - (widest[1] ?? 0) - 4);
  const rows = facts.files.map((file, at) => [line(cutStart(oneLine(insidePath(file.path, { folder })), room)), ...(told[at] ?? [])]);
  yield* table([head, ...rows], [{ flexible: true }, {}, {}], columns);
}
