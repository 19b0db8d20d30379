import { ConvoError, fail } from '../../errors.ts';
import { cutTurn } from '../../model/cut.ts';
import type { Turn } from '../../model/turn.ts';
import type { Context } from '../context.ts';
import { upTo } from '../in-progress.ts';
import { findTarget, type Target } from '../target.ts';
import { requireStep, turnsOf } from '../turns.ts';
import type { BisectState, Place } from './state.ts';

/** A thread that ends with a turn, or with a step of it: what is judged. */
export interface Point extends Place {
  /** The place of its turn in the thread. */
  at: number;
}

/** What is searched, as the store tells it now. */
export interface Searched {
  target: Target;
  /** Root first. */
  turns: Turn[];
  points: Point[];
}

/** Returns the thread of a bisect with the points to judge. Throws `bisect-lost` where it is not in the store any more. */
export async function searched(context: Context, { conversation, branch, steps, end }: BisectState): Promise<Searched> {
  const target = await stillThere(context, `${conversation}/${branch}@${end.turn}`);
  const turns = await turnsOf(context, target, upTo(target));
  const last = turns.at(-1);
  if (last?.id !== end.turn) throw fail('bisect-lost', { conversation, branch });
  if (end.step !== undefined) requireStep(target, last, end.step);
  const points = turns.flatMap((turn, at): Point[] => {
    if (!steps) return [{ turn: turn.id, at }];
    const length = turn === last && end.step !== undefined ? end.step : turn.steps.length;
    return Array.from({ length }, (_, step) => ({ turn: turn.id, at, step: step + 1 }));
  });
  return { target, turns, points };
}

async function stillThere(context: Context, revision: string): Promise<Target> {
  try {
    return await findTarget(context, revision);
  } catch (error) {
    const gone = ['unknown-revision', 'unknown-branch', 'unknown-turn'];
    if (!(error instanceof ConvoError) || !gone.includes(error.code)) throw error;
    throw fail('bisect-lost', { conversation: revision.split('/', 1)[0] ?? '', branch: revision.replace(/^[^/]*\/|@.*$/g, '') }, error);
  }
}

/** Returns the place of the point that a turn, or a step of it, ends; -1 where it is none. */
export function placeOf(points: readonly Point[], { turn, step }: Place): number {
  return points.findLastIndex((point) => point.turn === turn && (step === undefined || point.step === undefined || point.step === step));
}

/** Returns the turns up to a point: the last one cut behind its step, where that is not its end. */
export function threadOf({ turns }: Pick<Searched, 'turns'>, { at, step }: Point): Turn[] {
  return turns
    .slice(0, at + 1)
    .map((turn, index) => (index === at && step !== undefined && step < turn.steps.length ? cutTurn(turn, step) : turn));
}
