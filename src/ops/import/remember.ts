import type { Card } from '../../model/card.ts';
import type { TurnId } from '../../model/ids.ts';
import type { Line } from '../../model/placement.ts';
import type { Oid } from '../../store/git.ts';
import { followListing, type Listing } from '../../store/listing.ts';
import { readTable, type SourceRow, type SourceState, type SourceTable, writeStates, writeTable } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { ImportRun } from '../import.ts';
import type { Families } from './family.ts';
import { newEntry } from './new-entry.ts';
import { nextFinished, restingLimit } from './rest.ts';
import { type Scanned, stampText } from './scan.ts';
import { rawNative, sourceName } from './source-names.ts';
import { isFromStore, waitsFor } from './unplaced.ts';
import type { WrittenFamily } from './write-family.ts';

/** Returns the table of sources; an empty one where the store does not hold the operation after which it was written. */
export async function validTable({ host, state, engine }: Store): Promise<SourceTable> {
  const table = await readTable(host, state);
  return table.ops === null || (await engine.read(table.ops)) ? table : { ops: null, rows: new Map() };
}

/** What became of the sources of a run. */
export interface Placed {
  written: readonly WrittenFamily[];
  waiting: readonly Scanned[];
  unplaced: Families['unplaced'];
}

/**
 * Remembers how far every source was read, now that the store holds it, and brings the listing up to date from what it was before.
 * Called under the lock: rows of sources that another process has read in the meantime stay.
 */
export async function remember(run: ImportRun, ops: Oid | null, { written, waiting, unplaced }: Placed, before: Listing): Promise<void> {
  const { store, context } = run;
  const table = await validTable(store);
  const states: Parameters<typeof writeStates>[2][number][] = [];
  const isOurs = (source: Scanned) => !isFromStore(source) && isSame(source);
  const isSame = ({ source: { key } }: Scanned) => table.rows.get(key)?.stamp === run.table.rows.get(key)?.stamp;
  // An agent waits for its parent, not for its own growth: it is read again.
  for (const source of waiting.filter((one) => isOurs(one) && !one.facts.agent))
    table.rows.set(source.source.key, { ...rowOf(source), open: [] });
  for (const [source, waits] of waitsFor(unplaced))
    if (isOurs(source) && !source.facts.agent) table.rows.set(source.source.key, { ...rowOf(source), open: [], waits });
  for (const { run: family, open, lines, card } of written) {
    const home = (source: Scanned) => (source.importer.tool === family.tool ? {} : { home: family.tool });
    for (const source of family.members.filter(isFromStore)) {
      for (const [key, { waits, ...row }] of table.rows)
        if (waits === family.id && row.native === source.facts.native)
          table.rows.set(key, { ...row, conversation: family.id, ...home(source) });
    }
    for (const source of [...family.members, ...family.agents].filter(isOurs)) {
      const unfinished = open.get(source);
      const row = {
        ...rowOf(source),
        conversation: family.id,
        ...home(source),
        ...dueOf(source),
        ...(unfinished ? { open: unfinished } : {}),
      };
      table.rows.set(source.source.key, row);
      states.push([source.source.key, row, stateOf(source, lines, card)]);
    }
  }
  await writeStates(context.host, store.state, states);
  await writeTable(context.host, store.state, { ops, rows: table.rows });
  const fresh = written.flatMap(({ card, told, lines, times }) => (card && told ? [newEntry(card, { lines, times, told })] : []));
  await followListing(store, { before, ops, changed: written.map(({ run: { id } }) => id), fresh });
}

function rowOf({ importer, facts, source }: Scanned): SourceRow {
  return {
    tool: importer.tool,
    stamp: stampText(source.stamp),
    native: rawNative(facts),
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(facts.agent ? { agent: facts.agent.id } : facts.folder === undefined ? {} : { folder: facts.folder }),
  };
}

function dueOf({ turns, idle, source, end }: Scanned): Pick<SourceRow, 'due'> {
  const unread = !source.path.endsWith('.zst') && end < source.stamp.size && idle < restingLimit;
  const rest = unread ? restingLimit : nextFinished(turns, idle);
  return rest === undefined ? {} : { due: source.stamp.mtimeMs + rest };
}

function stateOf(source: Scanned, lines: readonly Line[], card: Card | undefined): SourceState {
  const placed: SourceState['placed'] = {};
  const own = source.facts.agent ? [] : lines.filter((line) => line.sources.includes(sourceName(source)));
  const several = new Set<TurnId>();
  for (const { turn, kept, others } of own.flatMap(({ turns }) => turns)) {
    const before = placed[turn];
    if (before && (before[0] !== kept.length || before[2] !== others)) several.add(turn);
    placed[turn] = [kept.length, kept.at(-1) ?? '', others];
  }
  // One branch has more of it than another: their pages tell.
  for (const turn of several) delete placed[turn];
  const tips = Object.fromEntries(own.flatMap(({ branch }) => (card?.branches[branch] ? [[branch, card.branches[branch].at as Oid]] : [])));
  return { cursor: source.cursor, raw: source.rawEnd, placed, tips };
}
