import { count } from '../../model/count.ts';
import type { ReimportResult } from '../../ops/reimport-result.ts';
import { line, styled } from '../line.ts';
import { table } from '../table.ts';
import { duration } from '../time.ts';
import type { View } from '../view.ts';
import { oneLine } from '../width.ts';

/** Tells which conversations today's importers read differently from the saved source records. */
export const reimportView: View<ReimportResult> = function* lines({ dryRun, changed, unchanged, took }, settings) {
  const rows = changed.map((one) => [
    line('  ', styled('id', one.id)),
    line(styled('faint', one.tool)),
    line(oneLine(one.title)),
    line(`${one.turnsChanged} changed`),
    line(
      styled(
        'faint',
        one.turnsAfter === one.turnsBefore ? count(one.turnsAfter, 'turn') : `${one.turnsBefore} → ${count(one.turnsAfter, 'turn')}`,
      ),
    ),
  ]);
  if (rows.length > 0) yield line(styled('heading', dryRun ? 'Would derive again' : 'Derived again'));
  yield* table(rows, [{}, {}, { flexible: true }, { align: 'right' }, { align: 'right' }], settings.columns);
  if (rows.length > 0) yield line();
  const words = rows.length === 0 ? 'Nothing to do' : `${count(rows.length, 'conversation')}${dryRun ? ', nothing was written' : ''}`;
  yield line(styled('strong', words), styled('faint', ` · ${count(unchanged, 'conversation')} as before · ${duration(took)}`));
};
