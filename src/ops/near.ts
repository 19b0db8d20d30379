/** Returns the number of single-character edits (a swap of neighbours counts as one) between two strings. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Returns those of the names that the word may have been meant to be, nearest first, at most three. */
export function near(word: string, names: readonly string[]): string[] {
  const typed = word.toLowerCase();
  const most = typed.length <= 3 ? 1 : typed.length <= 6 ? 2 : 3;
  return names
    .map((name) => ({ name, far: nearness(typed, name.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function nearness(typed: string, name: string): number {
  if (Math.abs(typed.length - name.length) > 3 && !name.startsWith(typed)) return Number.POSITIVE_INFINITY;
  return typed.length > 1 && name.startsWith(typed) ? 0.5 : distance(typed.slice(0, 64), name.slice(0, 64));
}
