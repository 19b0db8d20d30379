import { type Budget, spend } from './budget.ts';

/** The places of two items that belong together. */
export type Pair = readonly [a: number, b: number];

/** Two sequences to be aligned. */
export interface Sequences {
  /** One key an item: items with equal keys are equal. */
  a: readonly string[];
  b: readonly string[];
  /** How well two items fit, above 0; 0 = they cannot be paired. Must be the same with sides changed. */
  fit(a: number, b: number): number;
}

/**
 * Returns the pairs of items that belong together, in the order of both: equal ends first, between them the pairing with the greatest sum
 * of fits (Needleman-Wunsch), or, where that would cost more than the budget, the items that stand in both sides once and those between
 * them. Changing the sides changes the sides of the pairs, and nothing else.
 */
export function alignSequences(sequences: Sequences, budget: Budget): Pair[] {
  if (!turned(sequences.a, sequences.b)) return within(sequences, whole(sequences), budget);
  const { a, b, fit } = sequences;
  const mirrored = { a: b, b: a, fit: (left: number, right: number) => fit(right, left) };
  return within(mirrored, whole(mirrored), budget).map(([left, right]) => [right, left]);
}

/** Ties are broken by side, so one order of the sides is the one that is worked in. */
export function turned(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return a.length > b.length;
  const at = a.findIndex((key, index) => key !== b[index]);
  return at >= 0 && (a[at] ?? '') > (b[at] ?? '');
}

/** Steps that it takes to see how well two items fit. */
const workOfPair = 32;

/** From and behind, of both sides. */
interface Span {
  a: [from: number, to: number];
  b: [from: number, to: number];
}

const whole = ({ a, b }: Sequences): Span => ({ a: [0, a.length], b: [0, b.length] });

function within(sequences: Sequences, span: Span, budget: Budget): Pair[] {
  const { a, b } = sequences;
  const head: Pair[] = [];
  const tail: Pair[] = [];
  let [fromA, toA] = span.a;
  let [fromB, toB] = span.b;
  while (fromA < toA && fromB < toB && a[fromA] === b[fromB]) head.push([fromA++, fromB++]);
  while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) tail.push([--toA, --toB]);
  const rest: Span = { a: [fromA, toA], b: [fromB, toB] };
  const empty = fromA === toA || fromB === toB;
  const middle = empty
    ? []
    : spend(budget, (toA - fromA) * (toB - fromB) * workOfPair)
      ? best(sequences, rest)
      : aroundAnchors(sequences, rest, budget);
  return [...head, ...middle, ...tail.reverse()];
}

/** The pairing with the greatest sum of fits. */
function best({ fit }: Sequences, { a: [fromA, toA], b: [fromB, toB] }: Span): Pair[] {
  const [rows, columns] = [toA - fromA, toB - fromB];
  const width = columns + 1;
  const sums = new Float64Array((rows + 1) * width);
  const fits = new Float64Array(rows * columns);
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      const one = fit(fromA + row, fromB + column);
      fits[row * columns + column] = one;
      const paired = one > 0 ? one + (sums[at + width + 1] ?? 0) : 0;
      sums[at] = Math.max(paired, sums[at + width] ?? 0, sums[at + 1] ?? 0);
    }
  }
  const pairs: Pair[] = [];
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const at = row * width + column;
    const one = fits[row * columns + column] ?? 0;
    if (one > 0 && sums[at] === one + (sums[at + width + 1] ?? 0)) pairs.push([fromA + row++, fromB + column++]);
    else if (sums[at] === sums[at + width]) row += 1;
    else column += 1;
  }
  return pairs;
}

/** Items that stand once in each side, in an order that both share, part the rest. */
function aroundAnchors(sequences: Sequences, span: Span, budget: Budget): Pair[] {
  const anchors = rising(commonOnce(sequences, span));
  if (anchors.length === 0) return [];
  const pairs: Pair[] = [];
  let [fromA] = span.a;
  let [fromB] = span.b;
  for (const [a, b] of anchors) {
    pairs.push(...within(sequences, { a: [fromA, a], b: [fromB, b] }, budget), [a, b]);
    [fromA, fromB] = [a + 1, b + 1];
  }
  return [...pairs, ...within(sequences, { a: [fromA, span.a[1]], b: [fromB, span.b[1]] }, budget)];
}

function commonOnce({ a, b }: Sequences, span: Span): Pair[] {
  const [left, right] = [onceIn(a, span.a), onceIn(b, span.b)];
  return [...left].flatMap(([key, at]): Pair[] => {
    const other = right.get(key);
    return other === undefined ? [] : [[at, other]];
  });
}

function onceIn(keys: readonly string[], [from, to]: readonly [number, number]): Map<string, number> {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  for (let at = from; at < to; at += 1) {
    const key = keys[at] ?? '';
    if (places.has(key)) twice.add(key);
    places.set(key, at);
  }
  for (const key of twice) places.delete(key);
  return places;
}

/** The longest run of pairs that rises on both sides; the pairs come in the order of `a`. */
function rising(pairs: readonly Pair[]): Pair[] {
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, [, b]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < b) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  }
  const run: Pair[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) run.push(pair);
  }
  return run.reverse();
}
