import { pickId, type ToolId, type TurnId } from './ids.ts';
import type { Turn } from './turn.ts';

/** Returns a turn as it stands behind another one: what tells it from its first place is gone, `origin` is the way to it. */
export function pickedTurn(turn: Turn, parent: { id: TurnId; n: number }, tools: { from: ToolId; into: ToolId }): Turn {
  const { tool = tools.from, edited: _edited, ...rest } = turn;
  return {
    ...rest,
    id: pickId(turn.id, parent.id),
    parent: parent.id,
    n: parent.n + 1,
    ...(tool === tools.into ? {} : { tool }),
    origin: turn.id,
    records: { kept: [], others: [] },
  };
}
