import { fail } from '../../errors.ts';
import { cutTurn } from '../../model/cut.ts';
import type { TurnId } from '../../model/ids.ts';
import type { Turn } from '../../model/turn.ts';
import type { BranchEntry, OpenTurn } from '../../store/entry.ts';
import { readTable } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import type { ForkPlace } from '../fork.ts';
import { isFinished } from '../import/rest.ts';
import { importSources } from '../import.ts';
import { isOpen, upTo } from '../in-progress.ts';
import { find, findTarget, type Target, targetOf, wholeName } from '../target.ts';
import { requireStep, turnsOf } from '../turns.ts';

/** Returns the turn in progress that a revision names or ends with. */
export function openAt({ turn, current, agent }: Target): OpenTurn | undefined {
  if (agent) return undefined;
  const named = turn ?? current.at(-1);
  return named && isOpen(named) ? named : undefined;
}

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

/** A place to go on from, all of whose turns stand on pages. */
export interface Settled {
  target: Target;
  /** The turn in progress that was saved for it: what its tool adds to it goes on elsewhere. */
  inProgress?: OpenTurn;
}

/**
 * Returns what a revision stands for. Where that is in progress, its source is read once more; a turn that has not ended meanwhile is saved
 * as it stands. Throws `turn-open` for one that the user named and that no source tells any more.
 */
export async function settled(context: Context, store: Store, revision: string): Promise<Settled> {
  const target = await findTarget(context, revision);
  const open = openAt(target);
  if (!open) return { target };
  await importSourcesOf(context, store, open, false);
  const ended = await placeAgain(context, target, open.id);
  if (ended && !openAt(ended)) return { target: ended };
  const still = (ended && openAt(ended)) ?? open;
  await importSourcesOf(context, store, still, true);
  const saved = await placeAgain(context, target, still.id);
  if (saved && !openAt(saved)) return { target: saved, inProgress: still };
  if (target.turn)
    throw fail('turn-open', { turn: open.n, conversation: target.entry.id, hint: `convo show ${wholeName(target)}@${open.n}` });
  context.warn(`Turn ${open.n} of ${target.entry.id} is in progress, and its source cannot be read: it stays out`);
  return { target: { ...target, open: [], current: target.thread } };
}

/** Reads the files again that tell a turn in progress, and no others. */
async function importSourcesOf(context: Context, store: Store, { id }: OpenTurn, close: boolean): Promise<void> {
  const { rows } = await readTable(store.host, store.state);
  const keys = new Set([...rows].flatMap(([key, { open = [] }]) => (open.some((turn) => turn.id === id) ? [key] : [])));
  if (keys.size > 0) await importSources(context, store, { names: [], dryRun: false, close, again: false, keys });
}

/** What the revision stands for now: the turn that it named, or the end of the branch on which the turn stands that was in progress. */
async function placeAgain(context: Context, { turn, entry, branch, ...target }: Target, id: TurnId): Promise<Target | undefined> {
  const { found } = await find(context, await context.reader(), entry.id);
  const isFirst = ({ name }: BranchEntry) => Number(name === branch.name);
  for (const one of found.entry.branches.toSorted((a, b) => isFirst(b) - isFirst(a))) {
    const { thread, open, current } = await targetOf(context, found.entry, one);
    const standing = open.find((other) => other.id === id) ?? thread.find((other) => other.id === id);
    if (standing) return { ...target, entry: found.entry, branch: one, thread, open, current, ...(turn ? { turn: standing } : {}) };
  }
  return undefined;
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
