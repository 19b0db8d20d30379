import type { NoteLine } from '../notes/note-lines.ts';

/** Rows within a budget of tokens: what was put in is counted, what does not fit is not taken. */
export interface Sheet {
  /** Tokens that are left. */
  left(): number;
  /** Takes the rows all together, or none of them: then false. */
  take(rows: readonly (NoteLine | string)[]): boolean;
}

/** Returns a sheet with a budget of tokens, as `count` counts them. */
export function openSheet(budget: number, count: (text: string) => number): Sheet {
  let left = budget;
  return {
    left: () => left,
    take(rows) {
      let cost = 0;
      for (const row of rows) {
        const text = typeof row === 'string' ? row : row.text;
        // A token is never longer than 128 bytes: what cannot fit is not worth counting.
        cost += text.length > (left - cost) * 128 ? text.length : count(`${text}\n`);
        if (cost > left) return false;
      }
      left -= cost;
      return true;
    },
  };
}

/** What is shorter says nothing. */
const least = 24;

/** Takes a row, else the half, the quarter, ... of its text that has room, at its beginning or its end; returns what it took. */
export function takePart(sheet: Sheet, row: NoteLine, mark: string, end: 'start' | 'end'): NoteLine | undefined {
  if (sheet.take([row])) return row;
  const text = row.text.slice(mark.length);
  for (let length = Math.floor(text.length / 2); length >= least; length = Math.floor(length / 2)) {
    const piece =
      end === 'start'
        ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`
        : `…${text.slice(-length).replace(/^[\udc00-\udfff]/, '')}`;
    const part = { ...row, text: `${mark}${piece}` };
    if (sheet.take([part])) return part;
  }
  return undefined;
}
