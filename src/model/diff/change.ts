import type { Pair } from './align.ts';

/** same: nothing differs · alike: nothing that matters does · changed: both sides have it, otherwise · removed, added: one side alone. */
export type Mark = 'same' | 'alike' | 'changed' | 'removed' | 'added';

/** An item of two sequences: on both sides, or on one alone. */
export type Aligned<Item> =
  | { change: 'same' | 'alike' | 'changed'; a: Item; b: Item }
  | { change: 'removed'; a: Item }
  | { change: 'added'; b: Item };

/** Returns every item of both sides once, in order; between two pairs those of `a` alone come before those of `b`. */
export function alignedOf<Item>(
  a: readonly Item[],
  b: readonly Item[],
  pairs: readonly Pair[],
  judge: (a: Item, b: Item) => 'same' | 'alike' | 'changed',
): Aligned<Item>[] {
  const rows: Aligned<Item>[] = [];
  let [nextA, nextB] = [0, 0];
  const alone = (untilA: number, untilB: number) => {
    rows.push(...a.slice(nextA, untilA).map((item) => ({ change: 'removed', a: item }) as const));
    rows.push(...b.slice(nextB, untilB).map((item) => ({ change: 'added', b: item }) as const));
  };
  for (const [atA, atB] of pairs) {
    const [left, right] = [a[atA], b[atB]];
    alone(atA, atB);
    if (left !== undefined && right !== undefined) rows.push({ change: judge(left, right), a: left, b: right });
    [nextA, nextB] = [atA + 1, atB + 1];
  }
  alone(a.length, b.length);
  return rows;
}

/** Returns the same with the sides changed. */
export function mirrored<Item>(row: Aligned<Item>): Aligned<Item> {
  if (row.change === 'removed') return { change: 'added', b: row.a };
  return row.change === 'added' ? { change: 'removed', a: row.b } : { ...row, a: row.b, b: row.a };
}
