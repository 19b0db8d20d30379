import type { DiffResult } from '../../../ops/diff.ts';
import { type Line, line, styled } from '../../line.ts';
import type { View } from '../../view.ts';
import { columnLines } from './columns.ts';
import { factLines, headLines } from './facts.ts';
import type { DiffLook } from './look.ts';
import { fileLines, statLines, sumLine } from './stat.ts';
import { turnLines } from './turns.ts';

/** Returns the view of a difference: the facts of both sides, then their turns. */
export function diffView(look: DiffLook): View<DiffResult> {
  return function* lines(result, given) {
    const [one, other] = [result.a.conversation.folder, result.b.conversation.folder];
    const settings = { ...given, folder: one === other ? one : undefined };
    yield* headLines(result, settings);
    if (result.changes.every(({ change }) => change === 'same')) {
      yield* [line(), line(styled('faint', 'Nothing differs: '), sumLine(result))];
      return;
    }
    if (look.only.length === 0 && look.layout !== 'stat') yield* [line(), ...factLines(result, settings)];
    if (look.only.includes('files')) yield* [line(), ...fileLines(result, settings)];
    if (look.only.length === 1 && look.only[0] === 'files') return;
    const turns = { word: turnLines, unified: turnLines, columns: columnLines, stat: statLines }[look.layout];
    yield* spaced(turns(result, look, settings));
    yield* [line(), sumLine(result)];
  };
}

function* spaced(lines: Iterable<Line>): Iterable<Line> {
  let any = false;
  for (const one of lines) {
    if (!any) yield line();
    any = true;
    yield one;
  }
}
