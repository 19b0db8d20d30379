import type { TurnId } from '../ids.ts';

/** Names the turn that a note is from. */
export interface TurnRef {
  turn: TurnId;
  n: number;
}
