import type { ToolId, TurnId } from '../model/ids.ts';
import { pickedTurn } from '../model/made.ts';
import { subjectOf } from '../model/subject.ts';
import type { Turn } from '../model/turn.ts';
import type { Store } from '../store/store.ts';
import { copyAgents } from './branch/agents.ts';
import type { Context } from './context.ts';
import { isStored, type ThreadTurn } from './in-progress.ts';
import type { MadeTurn } from './made-result.ts';
import type { NewTurn } from './tail.ts';
import type { Target } from './target.ts';
import { turnsOf } from './turns.ts';

/** A turn of any branch, to be put behind another one. */
export interface Picked {
  target: Target;
  turn: ThreadTurn;
}

/** Returns turns as they stand behind one another, the first behind `parent`; with the threads of the sub-agents that they started. What was taken out is left out. */
export async function pickTurns(
  context: Context,
  { engine }: Store,
  picked: readonly Picked[],
  into: ToolId,
  parent: { id: TurnId; n: number },
): Promise<NewTurn[]> {
  const turns: NewTurn[] = [];
  let last = parent;
  for (const { target, turn: stored } of picked) {
    for (const whole of await turnsOf(context, target, [stored])) {
      if (whole.kind === 'reverted') continue;
      const turn = pickedTurn(whole, last, { from: target.entry.tool, into });
      turns.push({ turn, changes: isStored(stored) ? await copyAgents(context, engine, target.branch.tip, whole) : [] });
      last = turn;
    }
  }
  return turns;
}

/** Returns a turn that a person made as it is told. */
export function madeTurn(turn: Turn): MadeTurn {
  const { id, n, role, origin } = turn;
  return { id, n, role, subject: subjectOf(turn), origin: (origin ?? id) as TurnId };
}
