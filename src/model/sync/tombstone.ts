import type { Tombstone } from '../card.ts';
import { hash } from '../hash.ts';
import type { LineRecord } from '../records.ts';

const keyOf = (turn: string) => turn.slice(0, 6);
const digest = (kept: readonly string[]) => hash(...kept).slice(0, 6);

/** Returns what a tombstone says of the turns that a deleted branch alone held: of each its id, the number of its records, their hash. */
export const tombstoneTurns = (turns: readonly LineRecord[]): string[] =>
  turns.map(({ turn, kept }) => `${keyOf(turn)} ${kept.length} ${digest(kept)}`);

/** Returns whether one of the rows of a tombstone names the turn with exactly its records. */
export function isNamed({ turn, kept }: LineRecord, rows: ReadonlySet<string>): boolean {
  return rows.has(`${keyOf(turn)} ${kept.length} ${digest(kept)}`);
}

/** Returns whether a line has every turn that a tombstone names, with no record less. */
export function holdsDeleted(line: readonly LineRecord[], { turns }: Tombstone): boolean {
  const byKey = new Map(line.map((turn) => [keyOf(turn.turn), turn]));
  return turns.every((row) => {
    const [key = '', count = '', told] = row.split(' ');
    const kept = byKey.get(key)?.kept;
    return kept !== undefined && kept.length >= Number(count) && (told === undefined || digest(kept.slice(0, Number(count))) === told);
  });
}
