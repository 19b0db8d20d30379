import type { TurnId } from './ids.ts';
import type { Turn } from './turn.ts';

/** Returns the turn in whose place one stands: the one that it corrects or takes out; undefined for any other. */
export function replacedBy({ origin, edited, kind }: Pick<Turn, 'origin' | 'edited' | 'kind'>): TurnId | undefined {
  return edited !== undefined || kind === 'reverted' ? (origin as TurnId | undefined) : undefined;
}

/** Returns the id by which later turns name this one as their parent: that of the first turn that stood here. */
export function placeId(turn: Pick<Turn, 'id' | 'origin' | 'edited' | 'kind'>): TurnId {
  return replacedBy(turn) ?? turn.id;
}
