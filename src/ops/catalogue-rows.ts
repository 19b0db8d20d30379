import type { CatalogueRow } from '../model/catalogue/rows.ts';
import type { Entry } from '../store/entry.ts';

/** Returns what the catalogue's pages tell of conversations, as the reader gives them: those that are shown as one are one row. */
export function catalogueRows(entries: readonly Entry[]): CatalogueRow[] {
  return entries.map((entry) => {
    const { id, tool, title, project, started, updated, turns, answered, active, tags, status, priority, intent } = entry;
    const home = entry.branches.find(({ name }) => name === active)?.home;
    return { id, tool, title, project, started, updated, turns, answered, active, home, tags, status, priority, intent };
  });
}
