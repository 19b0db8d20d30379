/** Entries of a heap: the least one is taken first. */
function push(heap: number[], entry: number): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] ?? 0;
    if (parent <= entry) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = entry;
}

function pop(heap: number[]): number | undefined {
  const least = heap[0];
  const entry = heap.pop();
  if (least === undefined || entry === undefined || heap.length === 0) return least;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below + 1 < heap.length && (heap[below + 1] ?? 0) < (heap[below] ?? 0)) below += 1;
    const child = heap[below];
    if (child === undefined || child >= entry) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = entry;
  return least;
}

const places = 2 ** 32;
const none = -1;

/**
 * Returns the number of tokens of a piece by byte pair encoding: as long as two neighbours together have a rank, those of the lowest one are
 * joined, the first of several. `piece` and the keys of `ranks` are bytes, a character each. In n log n: a transcript may hold a megabyte
 * without a space.
 */
export function mergedCount(piece: string, ranks: ReadonlyMap<string, number>): number {
  const { length } = piece;
  const [next, before] = [new Int32Array(length + 1), new Int32Array(length + 1)];
  const rankAt = new Int32Array(length).fill(none);
  for (let at = 0; at <= length; at += 1) [next[at], before[at]] = [at + 1, at - 1];
  const heap: number[] = [];
  const rate = (at: number): void => {
    const middle = next[at] ?? length;
    const rank = middle >= length ? undefined : ranks.get(piece.slice(at, next[middle]));
    rankAt[at] = rank ?? none;
    if (rank !== undefined) push(heap, rank * places + at);
  };
  for (let at = 0; at < length; at += 1) rate(at);
  let parts = length;
  for (let entry = pop(heap); entry !== undefined; entry = pop(heap)) {
    const at = entry % places;
    if (rankAt[at] !== Math.floor(entry / places)) continue; // joined otherwise meanwhile
    const middle = next[at] ?? length;
    const end = next[middle] ?? length;
    rankAt[middle] = none;
    next[at] = end;
    before[end] = at;
    parts -= 1;
    rate(at);
    const left = before[at] ?? none;
    if (left >= 0) rate(left);
  }
  return parts;
}
