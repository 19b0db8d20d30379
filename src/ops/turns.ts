import { fail } from '../errors.ts';
import { upToStep } from '../model/cut.ts';
import { parsePage } from '../model/page/parse.ts';
import type { Turn } from '../model/turn.ts';
import type { StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { isOpen, isStored, type ThreadTurn, upTo } from './in-progress.ts';
import type { Target } from './target.ts';
import { wholeName } from './whole-name.ts';

/** Names of the files of attachments/ that a page links to; what merely looks like one is not found, and does no harm. */
const links = /attachments\/([0-9a-f]{16}\.[\w.]{1,64})/g;

/** Returns the names of the attachments that a page links to, each once. */
export const attachmentsOf = (page: string): string[] => [...new Set([...page.matchAll(links)].map((match) => match[1] ?? ''))];

/** The turns that stand in the tree of a tip, read from their pages, in the order asked for. */
export async function* readTurns(context: Context, tip: Oid, turns: readonly StoredTurn[]): AsyncIterable<Turn> {
  const reader = await context.reader();
  let done = 0;
  for await (const page of reader.pages(turns)) {
    context.report('Reading turns', done, turns.length);
    const names = attachmentsOf(page);
    const bytes = await Promise.all(names.map((name) => reader.attachment(tip, name)));
    const files = new Map(names.map((name, at) => [name, bytes[at]]));
    yield parsePage(page, (name) => files.get(name));
    done += 1;
  }
}

type Place = Pick<Target, 'entry' | 'branch' | 'built'>;

/** Returns turns of a branch or of a sub-agent in full: those with a page, and behind them those in progress that raw gives. */
export async function turnsOf(context: Context, { entry, branch, built }: Place, turns: readonly ThreadTurn[]): Promise<Turn[]> {
  const read: Turn[] = [];
  for await (const turn of readTurns(context, branch.tip, turns.filter(isStored))) read.push(turn);
  const open = turns.filter(isOpen);
  if (built) return [...read, ...open.flatMap(({ id }) => built.get(id) ?? [])];
  return open.length === 0 ? read : [...read, ...(await (await context.writing()).unsavedTurns(context, entry, open))];
}

/** Throws `unknown-step` unless the turn has that step. */
export function requireStep(target: Target, turn: Turn | undefined, step: number): void {
  const last = turn?.steps.length ?? 0;
  if (step < 1 || step > last)
    throw fail('unknown-step', { conversation: target.entry.id, revision: wholeName(target), turn: turn?.n ?? 0, step, last });
}

/** Returns the turns up to what a revision names, root first; the last one ends with the step that it names. Throws `unknown-step`. */
export async function turnsUpTo(context: Context, target: Target): Promise<Turn[]> {
  return endAtStep(target, await turnsOf(context, target, upTo(target)));
}

/** Returns turns of which the last one ends with the step that a revision names. Throws `unknown-step`. */
export function endAtStep(target: Target, turns: Turn[]): Turn[] {
  const last = turns.at(-1);
  if (target.step === undefined || !last) return turns;
  requireStep(target, last, target.step);
  return [...turns.slice(0, -1), upToStep(last, target.step)];
}
