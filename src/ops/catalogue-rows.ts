import { type Card, tagsOf } from '../model/card.ts';
import { type CatalogueRow, minute, type ToldRow } from '../model/catalogue/rows.ts';
import type { ConversationId } from '../model/ids.ts';
import type { Entry } from '../store/entry.ts';

/** What the listing of this store does not say yet, or cannot. */
export interface Beyond {
  /** Cards that are about to be written. */
  cards?: Iterable<Card>;
  /** What the pages of the remote tell (`toldRows`): of conversations that are not here, and of those that went on elsewhere. */
  told?: ReadonlyMap<string, ToldRow>;
}

/** Returns what the catalogue's pages tell of conversations, by the listing and what is beyond it. */
export function catalogueRows(entries: readonly Entry[], { cards = [], told = new Map() }: Beyond = {}): CatalogueRow[] {
  const changed = new Map([...cards].map((card) => [card.id, card]));
  const rows = entries.map((entry) => {
    const card = changed.get(entry.id);
    const row = newer(rowOf(entry), told.get(entry.id));
    return card ? { ...row, ...labelled(card) } : row;
  });
  const known = new Set<ConversationId>(entries.map(({ id }) => id));
  const others = [...changed.values()].filter(({ id }) => !known.has(id));
  return [...rows, ...others.map((card) => ({ turns: 0, answered: true, active: 'main', ...labelled(card), ...told.get(card.id) }))];
}

function rowOf(entry: Entry): CatalogueRow {
  const { id, tool, title, project, started, updated, turns, answered, active, tags, status, priority, intent } = entry;
  const home = entry.branches.find(({ name }) => name === active)?.home;
  return { id, tool, title, project, started, updated, turns, answered, active, home, tags, status, priority, intent };
}

const newer = (row: CatalogueRow, told: ToldRow | undefined): CatalogueRow =>
  told && minute(told.updated) > minute(row.updated) ? { ...row, ...told, started: row.started ?? told.started } : row;

function labelled(card: Card) {
  const { id, tool, title = '', project = '', status, priority, intent, active } = card;
  return { id, tool, title, project, tags: tagsOf(card), status, priority, intent, ...(active === undefined ? {} : { active }) };
}
