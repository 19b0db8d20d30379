import { readCard } from '../../store/catalogue.ts';
import { homeOf } from '../../store/entry.ts';
import { statIfThere } from '../../store/files.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { sizeIn } from '../import/scan.ts';
import type { Target } from '../target.ts';
import type { Sources } from './trust.ts';

/** Says where the end of a branch was asked for, and its transcript has grown since it was read: what came since stays out. */
export async function tellGrown(context: Context, store: Store, { entry, branch, turn }: Target, sources: Sources): Promise<void> {
  if (turn) return;
  const { conversation, branch: name } = homeOf(entry, branch);
  const native = (await readCard(store.engine, conversation))?.native ?? [];
  const bound = new Set(native.flatMap((row) => (row.branch === name ? [row.source] : [])));
  for (const [path, row] of (await sources()).rows) {
    if (row.conversation !== conversation || row.agent !== undefined || !bound.has(row.native)) continue;
    const stat = await statIfThere(store.host.fs, path);
    if (stat && stat.size > sizeIn(row.stamp)) {
      context.warn('Its transcript has grown since it was imported: convo import brings what came since');
      return;
    }
  }
}
