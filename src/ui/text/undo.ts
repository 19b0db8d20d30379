import { count } from '../../model/count.ts';
import type { ConversationChange, SetBackResult } from '../../ops/operation-result.ts';
import { type Line, line, styled } from '../line.ts';
import { table } from '../table.ts';
import { shortPath, type View, type ViewSettings } from '../view.ts';
import { cut, oneLine, width } from '../width.ts';
import { dotted } from './words.ts';

const shownConversations = 10;

/** Tells what was set back, what changed by it, and what the next undo and redo would do. */
export const setBackView: View<SetBackResult> = function* lines(result, settings) {
  const { command, dryRun, operation, changes, held, next } = result;
  const did = { undo: dryRun ? 'Would undo: ' : 'Undid: ', redo: dryRun ? 'Would redo: ' : 'Redid: ' }[command];
  yield line(styled('strong', did), oneLine(operation.sentence));
  const shown = changes.slice(0, shownConversations);
  const rows = shown.map((change) => [
    line('  ', styled('id', change.id)),
    line(oneLine(change.title)),
    line(styled('faint', oneLine(changeWords(change)))),
  ]);
  yield* table(rows, [{}, { flexible: true }, {}], settings.columns);
  const more = changes.length - shownConversations;
  if (more > 0) yield line(styled('faint', `  and ${count(more, 'more conversation')}`));
  if (held > 0) {
    yield line();
    yield line(
      `${count(held, 'transcript')} of this import are left alone now; to read them again: `,
      styled('command', 'convo import --again'),
    );
  }
  yield* fileLines(result, settings);
  if (dryRun || (!next.undo && !next.redo)) return;
  yield line();
  const room = (typed: string) => Math.max(12, settings.columns - width(typed) - 6);
  const hint = (typed: string, does: string): Line =>
    line(styled('command', typed), styled('faint', cut(`  ${oneLine(does)}`, room(typed))));
  if (next.redo) yield hint('convo redo', `does again: ${next.redo.sentence}`);
  if (next.undo) yield hint('convo undo', `takes back: ${next.undo.sentence}`);
};

function* fileLines({ files, dryRun }: SetBackResult, settings: ViewSettings): Iterable<Line> {
  for (const path of files?.removed ?? []) yield line(dryRun ? '  would remove ' : '  removed ', shortPath(oneLine(path), settings));
  for (const path of files?.kept ?? [])
    yield line(
      '  ',
      styled('warn', 'kept '),
      shortPath(oneLine(path), settings),
      ': its tool has gone on in it, the next import brings that home',
    );
  for (const path of files?.written ?? []) yield line(dryRun ? '  would write ' : '  wrote ', shortPath(oneLine(path), settings));
  for (const { path, reason } of files?.unwritten ?? [])
    yield line('  ', styled('warn', 'not written again '), shortPath(oneLine(path), settings), oneLine(`: ${reason}`));
  if (files?.unwritten.length) yield line('  to write a new one: ', styled('command', 'convo resume'));
}

/** Returns `main removed · try-redis added · title`; of many branches their number. */
function changeWords({ moves, card }: ConversationChange): string {
  const branches = (what: string, isSo: (move: ConversationChange['moves'][number]) => boolean) => {
    const names = moves.flatMap((move) => (move.branch !== undefined && isSo(move) ? move.branch : []));
    return names.length === 0 ? undefined : `${names.length > 2 ? count(names.length, 'branch', 'branches') : names.join(', ')} ${what}`;
  };
  const words = [
    branches('added', ({ from }) => from === null),
    branches('moved', ({ from, to }) => from !== null && to !== null),
    branches('removed', ({ to }) => to === null),
  ];
  return dotted(words.some((word) => word !== undefined) ? words : [...new Set(card.map(({ what }) => what))].slice(0, 2));
}
