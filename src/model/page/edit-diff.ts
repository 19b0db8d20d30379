const maxCells = 250_000;

/**
 * Returns the change from one text to another as diff lines that hold both whole: ` ` in both, `-` in the old, `+` in the new.
 * Longest common subsequence of the lines between equal heads and tails; where that would cost too much, all old lines, then all new.
 */
export function printEdit(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const lines = a.slice(0, head).map((line) => ` ${line}`);
  changed(a.slice(head, a.length - tail), b.slice(head, b.length - tail), lines);
  for (const line of a.slice(a.length - tail)) lines.push(` ${line}`);
  return lines.join('\n');
}

/** Returns both texts of `printEdit`; undefined when a line is none of its lines. */
export function parseEdit(diff: string): { before: string; after: string } | undefined {
  const before: string[] = [];
  const after: string[] = [];
  for (const line of diff.split('\n')) {
    const mark = line.charAt(0);
    if (mark !== ' ' && mark !== '-' && mark !== '+') return undefined;
    if (mark !== '+') before.push(line.slice(1));
    if (mark !== '-') after.push(line.slice(1));
  }
  return { before: before.join('\n'), after: after.join('\n') };
}

function changed(a: string[], b: string[], lines: string[]): void {
  const common = a.length * b.length <= maxCells ? lengths(a, b) : undefined;
  const width = b.length + 1;
  let i = 0;
  let j = 0;
  while (common && i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push(` ${a[i]}`);
      i += 1;
      j += 1;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      lines.push(`-${a[i]}`);
      i += 1;
    } else {
      lines.push(`+${b[j]}`);
      j += 1;
    }
  }
  for (const line of a.slice(i)) lines.push(`-${line}`);
  for (const line of b.slice(j)) lines.push(`+${line}`);
}

/** Length of the longest common subsequence of the rests of both, by row and column. */
function lengths(a: string[], b: string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      const below = table[at + width] ?? 0;
      const right = table[at + 1] ?? 0;
      table[at] = a[i] === b[j] ? (table[at + width + 1] ?? 0) + 1 : Math.max(below, right);
    }
  }
  return table;
}
