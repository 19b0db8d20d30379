import type { Entry } from './skeleton.ts';

/** What the file of a fork tells of the time before its first compaction: the exchanges that were kept word for word. */
export interface Kept {
  /** Uuids of the records. */
  records: ReadonlySet<string>;
  /** Place of the first of them: what stood before it is not in the file. */
  head: number;
  /** Place of the compaction's boundary, and the uuid of the last record that it kept: the line goes on from there, as in the original. */
  boundary: number;
  tail: string;
}

/**
 * Returns what a compaction kept with which the file begins, where that begins with a record that opens a turn: a fork made behind a
 * partial summary copies the boundary, the summary and what was kept (2.1.329; `preservedMessages`), so its turns are those of the
 * original, with all their records. What begins inside a turn makes none.
 */
export function keptByFork(entries: readonly Entry[], isOpening: (entry: Entry) => boolean): Kept | undefined {
  const boundary = entries.findIndex((entry) => entry.preserved || entry.kind === 'assistant' || isOpening(entry));
  const { preserved, segment } = entries[boundary] ?? {};
  if (!preserved) return undefined;
  const records = new Set(preserved.filter((id) => id !== ''));
  const head = entries.findIndex(({ id }) => records.has(id));
  const opener = entries.find(({ id, kind }) => records.has(id) && kind !== 'lead');
  if (head < boundary || !opener || !isOpening(opener)) return undefined;
  return { records, head, boundary, tail: segment?.[1] ?? preserved.at(-1) ?? '' };
}
