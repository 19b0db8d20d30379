import type { ConversationChange, OperationsResult, ToldOperation } from '../../ops/operation-result.ts';
import { type Line, line, styled } from '../line.ts';
import { type Column, table } from '../table.ts';
import { ago, parseTime } from '../time.ts';
import type { View, ViewSettings } from '../view.ts';
import { cut, oneLine } from '../width.ts';
import { dotted, moment } from './words.ts';

const columns: Column[] = [{}, {}, {}, { flexible: true }, {}];
const idLength = 8;

/** Tells the operation log, or what one operation changed. */
export const operationsView: View<OperationsResult> = function* lines({ operations, changes, more, dropped }, settings) {
  const [first] = operations;
  if (changes && first) return yield* one(first, changes, settings);
  if (!first) yield line('Nothing was done to the store yet');
  yield* table(
    operations.map((operation) => row(operation, settings)),
    columns,
    settings.columns,
  );
  if (more) yield line(styled('faint', 'older ones: raise -n'));
  if (dropped) yield line(styled('faint', 'older ones are not kept: after 90 days they go, month by month'));
};

function row({ id, command, sentence, time, undone }: ToldOperation, { now }: ViewSettings): Line[] {
  const at = parseTime(time);
  return [
    line(styled('id', id.slice(0, idLength))),
    line(styled('faint', at === undefined ? '' : ago(at, now))),
    line(command),
    line(undone ? styled('faint', oneLine(sentence)) : oneLine(sentence)),
    line(styled('faint', undone ? 'undone' : '')),
  ];
}

function* one({ id, command, sentence, time, undone }: ToldOperation, changes: readonly ConversationChange[], settings: ViewSettings) {
  yield line(styled('strong', oneLine(sentence)));
  yield line(
    styled('id', id.slice(0, idLength)),
    styled('faint', ` · ${dotted([command, moment(time, settings.now), undone ? 'undone' : ''])}`),
  );
  yield* changeLines(changes, settings);
}

/** What changed, conversation by conversation: its branches and records, then the values of its card. */
function* changeLines(changes: readonly ConversationChange[], { columns: room }: ViewSettings): Iterable<Line> {
  for (const { id, title, moves, card } of changes) {
    yield line();
    yield line(styled('id', id), ' ', cut(oneLine(title), room - id.length - 1));
    for (const { branch, from, to } of moves) {
      const what = from === null ? styled('added', 'added') : to === null ? styled('removed', 'removed') : 'moved';
      const oids = dotted([from?.slice(0, idLength), to?.slice(0, idLength)]).replace(' · ', ' → ');
      yield line('  ', branch ?? 'source records', ' ', what, styled('faint', `  ${oids}`));
    }
    for (const { what, before, after } of card) yield line('  ', cut(oneLine(valueWords(what, before, after)), room - 2));
  }
}

/** Rows of a card are told by their name alone: their values are JSON. */
function valueWords(what: string, from: string | undefined, to: string | undefined): string {
  const [before, after] = /^(deletion of|key) /.test(what) ? [from && '', to && ''] : [from, to];
  if (before === undefined) return after === '' ? `${what} added` : `${what}: ${after}`;
  if (after === undefined) return before === '' ? `${what} removed` : `${what}: no longer ${before}`;
  return `${what}: ${before} → ${after}`;
}
