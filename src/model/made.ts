import { editId, pickId, revertId, type ToolId, type TurnId } from './ids.ts';
import type { PageLimits } from './page/limits.ts';
import { bodyOf, printPage } from './page/print.ts';
import { redact } from './redaction.ts';
import { placeId } from './replaced.ts';
import type { Step, Turn } from './turn.ts';

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

/** Returns the empty turn that stands where one was taken out. */
export function revertedTurn(turn: Turn): Turn {
  const { parent, n, role, time, tool } = turn;
  return {
    ...{ id: revertId(turn.id, parent), parent, n, role, kind: 'reverted' },
    ...(time === undefined ? {} : { time }),
    ...(tool === undefined ? {} : { tool }),
    ...{ origin: placeId(turn), steps: [], records: { kept: [], others: [] } },
  };
}

/** Returns the turn that stands in the place of another one, with other steps. */
export function editedTurn(turn: Turn, steps: Step[], limits: PageLimits | undefined): Turn {
  const { kind, ...rest } = turn;
  const edited: Turn = {
    ...rest,
    ...(kind === undefined || kind === 'reverted' ? {} : { kind }),
    ...{ origin: placeId(turn), edited: 'yes', steps, records: { kept: [], others: [] } },
  };
  return { ...edited, id: editId(turn.id, bodyOf(printPage(redact(edited), limits).page)) };
}
