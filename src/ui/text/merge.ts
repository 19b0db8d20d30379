import { count } from '../../model/count.ts';
import type { Conflict, Stand } from '../../model/merge/conflicts.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Joined, MergeResult } from '../../ops/merge-result.ts';
import { cutLine, type Line, line, styled } from '../line.ts';
import type { View, ViewSettings } from '../view.ts';
import { cutStart, oneLine } from '../width.ts';
import { madeLines } from './made.ts';

/** Tells what was merged, what would be, or the conflicts at which it stopped. */
export const mergeView: View<MergeResult> = function* lines(result, settings) {
  if (result.did === 'aborted') {
    yield line(`Gave up merging ${oneLine(result.from.name)} into ${oneLine(result.into.name)}; nothing has changed`);
    return;
  }
  const { from, into } = result;
  const name = `${into.id}/${oneLine(into.branch)}`;
  const merged = oneLine(from.name);
  if (result.did === 'nothing') {
    yield line('Nothing to merge: ', styled('id', name), ' has every turn of ', styled('id', merged));
    return;
  }
  if (result.did === 'stopped') {
    yield* stopped(result, name, merged, settings);
    return;
  }
  const did = result.did === 'merged' ? 'Merged ' : 'Would merge ';
  yield line(did, styled('id', merged), ' into ', styled('id', name), ` as turn ${result.turn.n}`);
  yield* madeLines(result.brought, settings);
  yield line();
  for (const text of result.text.split('\n')) yield text.startsWith('#') ? line(styled('heading', text)) : line(text);
  yield line();
  const open = result.resolution === undefined ? result.conflicts.length : 0;
  if (result.did === 'previewed' && open > 0)
    yield line(`It would stop at ${count(open, 'conflict')}: --ours, --theirs or --both says which side holds`);
  if (result.did === 'previewed') yield line(styled('faint', 'Nothing was written'));
  else
    yield line(
      styled('faint', 'next: '),
      styled('command', `convo show ${shellWord(`${name}@${result.turn.n}`)} · convo log ${shellWord(name)} --graph · convo undo`),
    );
};

function* stopped({ conflicts }: Joined, name: string, merged: string, settings: ViewSettings): Iterable<Line> {
  yield line(
    `Stopped at ${count(conflicts.length, 'conflict')}: `,
    styled('id', name),
    ' and ',
    styled('id', merged),
    ' contradict each other. Nothing has changed yet',
  );
  yield* conflictLines(conflicts, settings);
  yield line();
  yield line('Which side holds?');
  yield line('  ', styled('command', 'convo merge --continue --ours    '), styled('faint', ` what ${name} says`));
  yield line('  ', styled('command', 'convo merge --continue --theirs  '), styled('faint', ` what ${merged} says`));
  yield line('  ', styled('command', 'convo merge --continue --both    '), styled('faint', ' both'));
  yield line('  ', styled('command', 'convo merge --continue --edit    '), styled('faint', ' as you write it down'));
  yield line('  ', styled('command', 'convo merge --abort'));
}

/** Tells conflicts: topic, then what each side says, with its turns. */
export function* conflictLines(conflicts: readonly Conflict[], { columns }: ViewSettings): Iterable<Line> {
  for (const { kind, topic, base, ours, theirs } of conflicts) {
    yield line();
    const named = oneLine(topic);
    yield cutLine(line(styled('faint', `${kind} `), styled('strong', kind === 'file' ? cutStart(named, columns - 5) : named)), columns);
    for (const [side, stand] of [
      ['base', base],
      ['ours', ours],
      ['theirs', theirs],
    ] as const)
      if (stand) yield cutLine(line(`  ${side.padEnd(8)}`, ...told(stand)), columns);
  }
}

const told = ({ told: text, turns }: Stand) => [oneLine(text), styled('faint', ` · ${turns.map(({ n }) => `@${n}`).join(' ')}`)];
