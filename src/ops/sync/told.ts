import { printCard } from '../../model/card-page.ts';
import type { ConversationId } from '../../model/ids.ts';
import { baseOf, isMadeUp } from '../../model/sync/names.ts';
import type { Reconciled } from '../../model/sync/reconcile.ts';
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
      ...added
        .filter((branch) => isMadeUp(branch) && local.has(baseOf(branch)))
        .map((branch): LineParted => ({ named: label(baseOf(branch)), beside: label(branch), here: false })),
    ],
  };
}

/** What people see of a card. */
function labelsOf(card: NonNullable<CardsThere['local']>): string {
  const branches = Object.fromEntries(
    Object.entries(card.branches).map(([name, { label }]) => [name, { at: '', ...(label ? { label } : {}) }]),
  );
  return printCard({ ...card, native: [], branches, active: '', rev: {}, history: {} });
}
