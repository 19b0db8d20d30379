import { count } from '../../model/count.ts';
import type { LabelPlace, TagResult } from '../../ops/label-result.ts';
import { cutLine, type Line, line, styled } from '../line.ts';
import { table } from '../table.ts';
import type { View } from '../view.ts';
import { cut, oneLine } from '../width.ts';

/** Tells the tags, or what was done to them. */
export const tagView: View<TagResult> = function* lines(result, { columns }) {
  if (result.did === 'counted') {
    const rows = result.tags.map(({ tag, conversations }) => [
      line(oneLine(tag)),
      line(styled('faint', count(conversations, 'conversation'))),
    ]);
    yield* table(rows, [{ flexible: true }, { align: 'right' }], columns);
    if (rows.length === 0) yield* ['No conversation has a tag', ''].map((text) => line(text));
    if (rows.length === 0) yield line(styled('faint', 'next: '), styled('command', 'convo tag <conversation> <tag>'));
    return;
  }
  yield placeLine(result, columns);
  if (result.did === 'listed') yield line(...(result.tags.length === 0 ? ['no tags'] : [result.tags.map(oneLine).join(', ')]));
  else yield* changeLines(result, columns);
};

function* changeLines({ did, changed, tags }: Extract<TagResult, { changed: string[] }>, columns: number): Iterable<Line> {
  if (changed.length === 0) yield line('Nothing changed: it has these tags already');
  const style = did === 'tagged' ? 'added' : 'removed';
  const mark = did === 'tagged' ? '+' : '-';
  const words = [...changed.map((tag) => `${mark}${tag}`), ...tags.filter((tag) => !changed.includes(tag))];
  const spans = words.flatMap((word, at) => [at === 0 ? '' : '  ', at < changed.length ? styled(style, oneLine(word)) : oneLine(word)]);
  yield cutLine(line(...spans), columns);
}

/** Returns `7qk2m4xw9d Fix the line splitter`. */
export function placeLine({ id, title }: LabelPlace, columns: number): Line {
  return line(styled('id', id), ' ', cut(oneLine(title), columns - id.length - 1));
}
