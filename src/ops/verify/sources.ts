import { rawRef, sourceFolder } from '../../store/layout.ts';
import { nowhere } from '../../store/nowhere.ts';
import { FolderChanges } from '../../store/raw.ts';
import { rawFolder } from '../../store/raw-folder.ts';
import { readTable, type SourceRow } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { diskAccess } from '../import/access.ts';
import { rawNative } from '../import/family.ts';
import { findSources } from '../import/find.ts';
import { reread, type Scanned, scan, stampText } from '../import/scan.ts';
import type { VerifiedCheck, VerifyProblem } from '../verify-result.ts';

/** Every record of every source that was imported and is still as it was then stands in raw, byte for byte, or is named as skipped. */
export async function checkSources(context: Context, store: Store): Promise<VerifiedCheck> {
  const problems: VerifyProblem[] = [];
  const table = await readTable(store.host, store.state);
  let sources = 0;
  let records = 0;
  let grown = 0;
  for (const { importer, sources: found } of await findSources(context, [])) {
    for (const source of found) {
      const row = table.rows.get(source.key);
      if (!row?.conversation) continue;
      if (row.stamp !== stampText(source.stamp)) {
        grown += 1;
        continue;
      }
      const options = { store, writer: nowhere, again: true, close: false, row: undefined };
      const scanned = await scan(importer, source, diskAccess(store.host, source), options);
      sources += 1;
      records += scanned.counts.records + scanned.skipped.length;
      const missing = await missingChunks(store, row, scanned);
      if (missing > 0)
        problems.push({ message: `${source.path}: ${missing} chunks of its records are not in raw`, id: row.conversation, tool: row.tool });
    }
  }
  const newer = grown > 0 ? `; ${grown} have changed since their import` : '';
  return { name: 'source records', looked: `${records} records in ${sources} files that are still there${newer}`, problems };
}

async function missingChunks(store: Store, row: SourceRow, scanned: Scanned): Promise<number> {
  if (!row.conversation) return 0;
  const folder = sourceFolder(row.tool, rawNative(scanned.facts), scanned.facts.revision);
  const changes = new FolderChanges(await rawFolder(store.engine, rawRef(row.tool, row.conversation), folder));
  await scanned.raw.merge(changes, reread(scanned));
  return changes.list().length;
}
