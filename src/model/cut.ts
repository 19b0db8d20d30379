import { forkId } from './ids.ts';
import type { Turn } from './turn.ts';

/**
 * Returns the turn that holds the steps of another one up to `step` (turns.md 5). What was told of the whole (its end, tokens,
 * records) is not told of a part: `origin` is the way to it.
 */
export function cutTurn(turn: Turn, step: number): Turn {
  const { ended: _ended, tokens: _tokens, stop: _stop, ...rest } = turn;
  return {
    ...rest,
    id: forkId(turn.id, step),
    origin: turn.id,
    steps: turn.steps.slice(0, step),
    records: { kept: [], others: [] },
  };
}
