import { forkId } from './ids.ts';
import type { Turn } from './turn.ts';

/** Returns a turn as it is read up to a step: what was told of the whole (its end, tokens) is not told of a part. */
export function upToStep(turn: Turn, step: number): Turn {
  if (step >= turn.steps.length) return turn;
  const { ended: _ended, tokens: _tokens, stop: _stop, ...rest } = turn;
  return { ...rest, steps: turn.steps.slice(0, step) };
}

/**
 * Returns the turn that holds the steps of another one up to `step` (turns.md 5), which is not its last. Of records it has none: `origin` is the
 * way to them.
 */
export function cutTurn(turn: Turn, step: number): Turn {
  return { ...upToStep(turn, step), id: forkId(turn.id, step), origin: turn.id, records: { kept: [], others: [] } };
}
