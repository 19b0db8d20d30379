import { printCard } from '../../model/card-page.ts';
import type { ConversationId } from '../../model/ids.ts';
import { nearest, type SyncLine } from '../../model/sync/line.ts';
import { baseOf, isMadeUp } from '../../model/sync/names.ts';
import type { Commits, Reconciled } from '../../model/sync/reconcile.ts';
import type { Oid } from '../../store/git.ts';
import type { ConversationCame, LineParted } from '../sync-result.ts';
import type { CardsThere } from './cards.ts';
import type { Sides } from './sides.ts';

/** What became of the store when it agreed with a remote. */
export interface Agreed {
  /** The catalogue that the remote is to have; null = none yet. */
  catalogue: Oid | null;
  changes: ConversationCame[];
  /** Where everything stands now. */
  sides: Sides;
}

interface Tips {
  local: ReadonlyMap<string, Oid>;
  remote: ReadonlyMap<string, Oid>;
}

/** Returns what changed of a conversation in this store, undefined where nothing did. */
export function changeOf(
  id: ConversationId,
  name: string,
  { local }: Tips,
  cards: CardsThere,
  { tips, card, parted, dropped }: Reconciled,
  came: readonly Beside[],
): ConversationCame | undefined {
  const label = (branch: string) => card?.branches[branch]?.label ?? branch;
  const added = [...tips.keys()].filter((branch) => !local.has(branch) && !parted.some(({ to }) => to === branch));
  const moved = [...tips].filter(([branch, tip]) => local.has(branch) && local.get(branch) !== tip).map(([branch]) => branch);
  const gone = [...local.keys()].filter((branch) => !tips.has(branch) && !dropped.some(({ from }) => from === branch));
  const isLabelled = cards.local !== undefined && card !== undefined && labelsOf(cards.local) !== labelsOf(card);
  if (added.length + moved.length + gone.length + parted.length === 0 && !isLabelled) return undefined;
  return {
    id,
    tool: name.split('/')[0] ?? '',
    title: card?.title ?? '',
    isNew: local.size === 0,
    added: added.map(label),
    moved: moved.filter((branch) => !parted.some(({ from }) => from === branch)).map(label),
    gone,
    labelled: isLabelled,
    parted: [
      ...parted.map(({ from, to }): LineParted => ({ named: label(from), beside: label(to), here: true })),
      ...came.map(({ named, beside }): LineParted => ({ named: label(named), beside: label(beside), here: false })),
    ],
  };
}

/** A line that came from another machine, and the branch that it is to be compared with. */
export interface Beside {
  named: string;
  beside: string;
}

/** Returns the lines of a conversation that came and have a name beside one that is here, each with the nearest branch of that name. */
export async function linesBeside(
  { line }: Pick<Commits, 'line'>,
  local: ReadonlyMap<string, Oid>,
  { tips, parted }: Reconciled,
): Promise<Beside[]> {
  const found: Beside[] = [];
  for (const [beside, tip] of tips) {
    const base = baseOf(beside);
    if (local.has(beside) || !isMadeUp(beside) || !local.has(base) || parted.some(({ to }) => to === beside)) continue;
    const others: [string, SyncLine][] = [];
    for (const [name, was] of local) if (tips.has(name) && baseOf(name) === base) others.push([name, await line(was)]);
    found.push({ named: nearest(await line(tip), others) ?? base, beside });
  }
  return found;
}

/** What people see of a card, and set themselves. */
function labelsOf(card: NonNullable<CardsThere['local']>): string {
  const labelled = Object.entries(card.branches).flatMap(([name, { label }]) =>
    label && label !== name ? [[name, { at: '', label }]] : [],
  );
  return printCard({ ...card, native: [], branches: Object.fromEntries(labelled), deleted: [], active: '', rev: {}, history: {} });
}
