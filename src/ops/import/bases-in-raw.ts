import type { Known } from '../../model/lineage.ts';
import type { Store } from '../../store/store.ts';
import { missingBases } from './bases.ts';
import { rawSources } from './raw-sources.ts';
import { rescan, type Scanned } from './scan.ts';

/** Returns the sources after which this run's go on and whose files it did not see, as raw holds them. */
export async function basesInRaw(store: Store, scanned: readonly Scanned[], known: Known): Promise<Scanned[]> {
  const found: Scanned[] = [];
  const looked = new Set<string>();
  for (let wanted = missingBases(scanned); wanted.length > 0; wanted = missingBases([...scanned, ...found])) {
    const before = looked.size;
    for (const { tool, native } of wanted) {
      const id = known.byNative(tool, native);
      if (id === undefined || looked.has(id)) continue;
      looked.add(id);
      for await (const { importer, source, access } of rawSources(store, known.toolOf(id) ?? tool, id))
        found.push(await rescan(importer, source, access, { store, close: true }));
    }
    if (looked.size === before) break;
  }
  return found;
}
