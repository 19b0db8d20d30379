import type { LabelChange } from '../../model/labels.ts';
import type { EditResult } from '../../ops/label-result.ts';
import { type Line, line, styled } from '../line.ts';
import { table } from '../table.ts';
import type { View } from '../view.ts';
import { oneLine } from '../width.ts';
import { placeLine } from './tag.ts';

/** Tells what was changed on a card. */
export const editView: View<EditResult> = function* lines(result, { columns }) {
  yield placeLine(result, columns);
  yield* table(result.changes.map(changeRow), [{}, { flexible: true }], columns);
  if (result.changes.length === 0) yield line('Nothing changed');
};

function changeRow({ field, before, after }: LabelChange): Line[] {
  const was = before === undefined ? [] : [styled('removed', oneLine(before)), ' → '];
  const is = after === undefined ? styled('faint', 'nothing') : styled('added', oneLine(after));
  return [line('  ', styled('faint', field)), line(...was, is)];
}
