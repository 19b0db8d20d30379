import { count } from '../../model/count.ts';
import type { ExportResult } from '../../ops/export.ts';
import { line, styled } from '../line.ts';
import { bytes } from '../numbers.ts';
import { shortPath, type View } from '../view.ts';
import { oneLine } from '../width.ts';

/** Tells what was written; a document that was written nowhere is shown as bytes. */
export const exportView: View<ExportResult> = function* lines({ one, conversations = 0, format, written }, settings) {
  if (!written) return;
  const { since } = written;
  const files = written.files === 1 ? '' : `${count(written.files, 'file')}, `;
  yield line('Wrote ', styled('strong', oneLine(shortPath(written.path, settings))), styled('faint', `, ${files}${bytes(written.size)}`));
  if (since) yield line(since.changed + since.removed === 0 ? 'Nothing has changed since it was written last' : changesOf(since));
  const what = one?.branches
    ? `${count(one.branches, 'branch', 'branches')} of ${one.conversation.id}`
    : one
      ? `${count(one.turns, 'turn')} of ${oneLine(one.name)}`
      : count(conversations, 'conversation');
  yield line(styled('faint', `${what} as ${format}`));
  if (format === 'json') yield line(styled('faint', "without the tool's own records: convo sync carries those"));
};

const changesOf = ({ changed, removed }: { changed: number; removed: number }): string =>
  [...(changed > 0 ? [`${count(changed, 'file')} new or changed`] : []), ...(removed > 0 ? [`${count(removed, 'file')} gone`] : [])].join(
    ', ',
  );
