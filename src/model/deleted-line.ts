import type { Tombstone } from './card.ts';
import type { TurnId } from './ids.ts';
import type { Offered } from './placement.ts';

/**
 * Returns the turns of a source that only a deleted line holds (sync.md 2): they stay deleted. A line that goes on behind what was
 * deleted lives again, with all of its turns. `isStored` tells of a turn whether a branch holds it.
 */
export function deletedTurns(
  turns: readonly Offered[],
  deleted: readonly Tombstone[],
  isStored: (turn: TurnId) => boolean,
): ReadonlySet<TurnId> {
  const covered = new Set<TurnId>();
  for (const { turns: own } of deleted) for (const turn of coveredBy(turns, own, isStored)) covered.add(turn);
  if (covered.size === 0) return covered;
  const alive = new Set<TurnId | null>();
  for (const { turn, parent } of [...turns].reverse()) if (!covered.has(turn) || alive.has(turn)) alive.add(parent);
  return new Set([...covered].filter((turn) => !alive.has(turn)));
}

/** The turns that a tombstone names, from the first on, each behind the one before it. */
function coveredBy(turns: readonly Offered[], own: readonly string[], isStored: (turn: TurnId) => boolean): TurnId[] {
  const at = new Map<TurnId, number>();
  for (const { turn, parent, kept } of turns) {
    if (isStored(turn)) continue;
    const before = parent === null ? undefined : at.get(parent);
    const index = before === undefined ? 0 : before + 1;
    const [start, count] = own[index]?.split(' ') ?? [];
    if (start !== undefined && turn.startsWith(start) && kept.length <= Number(count)) at.set(turn, index);
  }
  return [...at.keys()];
}
