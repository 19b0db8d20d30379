import { plainText } from '../../store/commit.ts';
import type { Named, NewCommit } from '../../store/git.ts';
import { rawRef } from '../../store/layout.ts';
import { FolderChanges } from '../../store/raw.ts';
import { emptyFolder, rawFolder } from '../../store/raw-folder.ts';
import type { Store } from '../../store/store.ts';
import type { Transaction } from '../../store/transaction.ts';
import type { FamilyRun } from './family.ts';
import { reread, type Scanned } from './scan.ts';
import { folderOf } from './source-names.ts';

/** Writes the new records of a conversation's sources as one commit on its raw ref; nothing when there are none. */
export function writeRaw(run: FamilyRun, store: Store, transaction: Transaction): Promise<void> {
  return writeRecords(rawRef(run.tool, run.id), [...run.members, ...run.agents], store, transaction);
}

/** Writes the new records of sources as one commit on a ref; nothing when there are none. */
export async function writeRecords(ref: string, sources: readonly Scanned[], store: Store, transaction: Transaction): Promise<void> {
  const tip = (await transaction.refs()).tip(ref);
  const folders = new Map<string, FolderChanges>();
  for (const source of sources) {
    const folder = folderOf(source);
    const changes = folders.get(folder) ?? new FolderChanges(tip ? await rawFolder(store.engine, tip, folder) : emptyFolder);
    folders.set(folder, changes);
    await source.raw.merge(changes, reread(source));
  }
  const changes: NewCommit['changes'] = [];
  for (const [folder, files] of folders)
    changes.push(...files.list().map(([name, blob]): [string, Named | null] => [`${folder}/${name}`, blob]));
  if (changes.length === 0) return;
  const text = plainText('Source records', Math.floor(store.host.now() / 1000));
  await transaction.commitOn(ref, tip, { parents: tip ? [tip] : [], changes, text });
}
