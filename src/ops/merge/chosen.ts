import { fail } from '../../errors.ts';
import type { ThreadTurn } from '../in-progress.ts';
import type { Pair } from './sides.ts';

/** Returns the turns of a merge that are to be brought as they are: `9,11-13`, or all that the other side has not. */
export function chosenTurns({ from, theirs }: Pair, text: string): ThreadTurn[] {
  if (text === 'all') return theirs;
  const ranges = text.split(',').map((piece) => /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(piece));
  if (ranges.some((range) => !range))
    throw fail('bad-value', { verb: 'merge', what: '--turns', value: text, expected: 'numbers of turns, such as 9,11-13' });
  const wanted = (n: number) => ranges.some((range) => n >= Number(range?.[1]) && n <= Number(range?.[2] ?? range?.[1]));
  const last = from.thread.at(-1)?.n ?? 0;
  for (const range of ranges) {
    const end = Number(range?.[2] ?? range?.[1]);
    if (end < Number(range?.[1]) || Number(range?.[1]) < 1 || end > last)
      throw fail('unknown-turn', { turn: range?.[0] ?? '', conversation: from.target.entry.id, last });
  }
  return from.thread.filter(({ n }) => wanted(n));
}
