import type { TurnOutline } from '../../importers/importer.ts';

const minute = 60_000;
/** A turn at rest is finished after this long without growth; any turn after the longer one (DESIGN 2.2). */
export const restingLimit = 10 * minute;
export const runningLimit = 7 * 24 * 60 * minute;

/** Tells whether a turn is finished when its source has not grown for `idle` milliseconds. */
export function isFinished({ state }: Pick<TurnOutline, 'state'>, idle: number): boolean {
  if (state === 'ended') return true;
  return idle >= (state === 'resting' ? restingLimit : runningLimit);
}

/** Returns after how much rest, in milliseconds, the next of these turns is finished; undefined when all are. */
export function nextFinished(turns: readonly Pick<TurnOutline, 'state'>[], idle: number): number | undefined {
  const open = turns.filter((turn) => !isFinished(turn, idle));
  if (open.length === 0) return undefined;
  return open.some(({ state }) => state === 'resting') ? restingLimit : runningLimit;
}
