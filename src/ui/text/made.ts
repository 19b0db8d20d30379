import { count } from '../../model/count.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { MadeResult, MadeTurn } from '../../ops/made-result.ts';
import { type Line, line, styled } from '../line.ts';
import { table } from '../table.ts';
import type { View, ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';

/** Returns the view of turns that a person made: what was done, and to which. */
export const madeView = (did: string): View<MadeResult> =>
  function* lines({ id, branch, turns }, settings) {
    const name = `${id}/${oneLine(branch)}`;
    if (turns.length === 0) {
      yield line('Nothing changed: ', styled('id', name), ' says that already');
      return;
    }
    yield line(`${did} ${count(turns.length, 'turn')} ${did === 'Picked' ? 'onto' : 'of'} `, styled('id', name));
    yield* madeLines(turns, settings);
    yield line();
    yield line(styled('faint', 'next: '), styled('command', `convo show ${shellWord(`${name}@${turns[0]?.n}`)} · convo undo`));
  };

/** Tells turns that were made, a line each. */
export function* madeLines(turns: readonly MadeTurn[], { columns }: ViewSettings): Iterable<Line> {
  yield* table(
    turns.map(({ n, role, subject }) => [line(styled('id', `  @${n}`)), line(styled('faint', role)), line(oneLine(subject))]),
    [{}, {}, { flexible: true }],
    columns,
  );
}
