import type { CatalogueRow, ToldRow } from '../model/catalogue/rows.ts';
import type { Entry } from '../store/entry.ts';

/**
 * Returns what the catalogue's pages tell of conversations; `told`: what pages that stand there tell (`toldRows`) of those of which this
 * device has the card alone.
 */
export function catalogueRows(entries: readonly Entry[], told: ReadonlyMap<string, ToldRow> = new Map()): CatalogueRow[] {
  return entries.map((entry) => {
    const { id, tool, title, project, started, updated, turns, answered, active, tags, status, priority, intent } = entry;
    const home = entry.branches.find(({ name }) => name === active)?.home;
    const row = { id, tool, title, project, started, updated, turns, answered, active, home, tags, status, priority, intent };
    const known = entry.branches.length === 0 ? told.get(id) : undefined;
    return known ? { ...row, ...known, answered: true } : row;
  });
}
