import type { TurnId } from '../model/ids.ts';
import type { BranchEntry, OpenTurn } from '../store/entry.ts';
import { readTable } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { importSources } from './import.ts';
import { openAt } from './in-progress.ts';
import type { Settled } from './saved-open.ts';
import { find, type Target, targetOf } from './target.ts';

/**
 * Returns a place that ends with a turn in progress once that stands on a page: its source is read once more, and where the turn has not ended
 * meanwhile, it is saved as it stands. undefined where no source tells it any more.
 */
export async function settle(context: Context, store: Store, target: Target, open: OpenTurn): Promise<Settled | undefined> {
  await importSourcesOf(context, store, open, false);
  const ended = await placeAgain(context, target, open.id);
  if (ended && !openAt(ended)) return { target: ended };
  const still = (ended && openAt(ended)) ?? open;
  await importSourcesOf(context, store, still, true);
  const saved = await placeAgain(context, target, still.id);
  return saved && !openAt(saved) ? { target: saved, inProgress: still } : undefined;
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
