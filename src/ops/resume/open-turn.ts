import { fail } from '../../errors.ts';
import { cutTurn } from '../../model/cut.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Turn } from '../../model/turn.ts';
import type { OpenTurn } from '../../store/entry.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import type { ForkPlace } from '../fork.ts';
import { isFinished } from '../import/rest.ts';
import { openAt, upTo } from '../in-progress.ts';
import type { Settled } from '../saved-open.ts';
import { settle } from '../settle.ts';
import { findTarget, type Target } from '../target.ts';
import { requireStep, turnsOf } from '../turns.ts';
import { wholeName } from '../whole-name.ts';

/**
 * Tells whether the tool of an answer may still go on in it, though it was saved as it stood: it has no end, and was not left alone for as long
 * as an import waits.
 */
export function mayGrow({ role, stop, records, steps, ended, time }: Turn, now: number): boolean {
  if (role !== 'assistant' || stop !== undefined || records.kept.length === 0) return false;
  const isRunning = steps.some(({ parts }) => parts.some((part) => part.kind === 'tool-call' && !part.result));
  const last = Date.parse(ended ?? time ?? '');
  return !Number.isNaN(last) && !isFinished({ state: isRunning ? 'running' : 'resting' }, now - last);
}

/**
 * Returns what a revision stands for, a turn in progress saved as it stands. Throws `turn-open` for one that the user named and that no source
 * tells any more.
 */
export async function settled(context: Context, store: Store, revision: string): Promise<Settled> {
  const target = await findTarget(context, revision);
  const open = openAt(target);
  if (!open) return { target };
  const found = await settle(context, store, target, open);
  if (found) return found;
  if (target.turn)
    throw fail('turn-open', {
      turn: open.n,
      conversation: target.entry.id,
      hint: `convo show ${shellWord(`${wholeName(target)}@${open.n}`)}`,
    });
  context.warn(`Turn ${open.n} of ${target.entry.id} is in progress, and its source cannot be read: it stays out`);
  return { target: { ...target, open: [], current: target.thread } };
}

/** Returns the turns up to one in progress as far as raw tells them, nothing saved; undefined where none is meant, or raw lacks it. */
export async function unsavedThread(
  context: Context,
  target: Target,
): Promise<{ open: OpenTurn; place: ForkPlace; turns: Turn[] } | undefined> {
  const open = openAt(target);
  const turns = open ? await turnsOf(context, target, upTo(target)) : [];
  const last = turns.at(-1);
  if (!open || last?.id !== open.id) return undefined;
  const place: ForkPlace = { turn: open, index: turns.length - 1 };
  const { step } = target;
  if (step === undefined) return { open, place, turns };
  requireStep(target, last, step);
  if (step === last.steps.length) return { open, place, turns };
  const cut = cutTurn(last, step);
  return { open, place: { ...place, step, cut }, turns: [...turns.slice(0, -1), cut] };
}
