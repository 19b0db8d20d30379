import type { Importer, Source } from '../../importers/importer.ts';
import { importers } from '../../importers/registry.ts';
import { count } from '../../model/count.ts';
import type { ConversationId } from '../../model/ids.ts';
import { rawRef, sourceFolder } from '../../store/layout.ts';
import { spareMemory } from '../../store/memory.ts';
import { readHeld } from '../../store/operations.ts';
import { FolderChanges } from '../../store/raw.ts';
import { rawFolder } from '../../store/raw-folder.ts';
import { readTable, type SourceRow, type SourceTable } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { diskAccess } from '../import/access.ts';
import { findSources } from '../import/find.ts';
import { isHeld } from '../import/held.ts';
import { reread, rescan, type Scanned, stampText } from '../import/scan.ts';
import type { VerifiedCheck, VerifyProblem } from '../verify-result.ts';

/** Every record of every source that was imported and is still as it was then stands in raw, byte for byte, or is named as skipped. */
export async function checkSources(context: Context, store: Store): Promise<VerifiedCheck> {
  const problems: VerifyProblem[] = [];
  const table = await readTable(store.host, store.state);
  const held = await readHeld(store.engine);
  for (const [key, row] of table.rows) if (isHeld(held, row)) table.rows.delete(key);
  const memory = spareMemory();
  let sources = 0;
  let records = 0;
  let grown = 0;
  for (const { importer, source, row } of await importedSources(context, table)) {
    if (row.stamp !== stampText(source.stamp)) {
      grown += 1;
      continue;
    }
    const scanned = await rescan(importer, source, diskAccess(store.host, source, memory), { store, close: false, memory });
    sources += 1;
    records += scanned.counts.records + scanned.skipped.length;
    const missing = await missingChunks(store, row, scanned);
    if (missing > 0) {
      problems.push({
        message: `${source.path}: ${count(missing, 'chunk')} of its records ${missing === 1 ? 'is' : 'are'} not in raw`,
        id: row.conversation,
        tool: row.tool,
      });
    }
  }
  const newer = grown > 0 ? `; ${grown} ${grown === 1 ? 'has' : 'have'} changed since import` : '';
  return {
    name: 'source records',
    looked: `${count(records, 'record')} in ${count(sources, 'file')} that ${sources === 1 ? 'is' : 'are'} still there${newer}`,
    problems,
  };
}

interface ImportedSource {
  importer: Importer;
  source: Source;
  row: ImportedRow;
}

type ImportedRow = SourceRow & { conversation: ConversationId };

/** The files of the table that are still there: under the tools' folders, or where the user named them. */
async function importedSources(context: Context, { rows }: SourceTable): Promise<ImportedSource[]> {
  const left = new Map([...rows].filter((entry): entry is [string, ImportedRow] => entry[1].conversation !== undefined));
  const found: ImportedSource[] = [];
  const take = (importer: Importer, source: Source) => {
    const row = left.get(source.key);
    if (row) found.push({ importer, source, row });
    left.delete(source.key);
  };
  for (const { importer, sources } of await findSources(context, [])) for (const source of sources) take(importer, source);
  for (const key of [...left.keys()]) {
    for (const importer of importers) for await (const source of importer.sniff(key, context.host)) take(importer, source);
  }
  return found;
}

async function missingChunks(store: Store, row: ImportedRow, scanned: Scanned): Promise<number> {
  const folder = sourceFolder(row.tool, row.native, row.revision); // as it was imported: a last line may count by now, or not yet
  const changes = new FolderChanges(await rawFolder(store.engine, rawRef(row.home ?? row.tool, row.conversation), folder));
  await scanned.raw.merge(changes, reread(scanned));
  return changes.list().length;
}
