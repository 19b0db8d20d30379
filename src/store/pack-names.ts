import { join } from 'node:path';
import { builtin } from '../builtin.ts';
import type { Host } from '../host.ts';
import { listIfThere } from './files.ts';

/** The packs of a repository: another value means that another git repacked meanwhile. */
interface PackNames {
  /** The indexes, sorted and joined. */
  indexes: string;
  /** False while an index stands without its pack: git removes the two one after the other. */
  whole: boolean;
}

async function packNames(host: Host, gitdir: string): Promise<PackNames> {
  const names = new Set(await listIfThere(host.fs, join(gitdir, 'objects/pack')));
  const indexes = [...names].filter((name) => /^pack-.*\.idx$/.test(name)).sort();
  return { indexes: indexes.join(), whole: indexes.every((name) => names.has(name.replace(/idx$/, 'pack'))) };
}

/** How often a reader looks again while packs come and go. */
const lookAgain = 12;
/** A little longer each time, in milliseconds. */
const pause = 4;

/**
 * Returns what `look` finds. While another git repacks, objects stand in no pack for a moment: a miss (undefined) or a failure counts
 * when the packs were whole and did not change meanwhile. `look` is told whether there are packs, and whether they changed since it looked before.
 */
export async function settled<Found>(
  host: Host,
  gitdir: string,
  look: (packs: boolean, changed: boolean) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let looks = 0; ; looks += 1) {
    const before = await packNames(host, gitdir);
    const seen = await look(before.indexes !== '', looks > 0).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    );
    if ('found' in seen && seen.found !== undefined) return seen.found;
    const after = await packNames(host, gitdir);
    if (looks < lookAgain && (before.indexes !== after.indexes || !before.whole || !after.whole)) {
      await builtin.timers.setTimeout(looks * pause);
      continue;
    }
    if ('error' in seen) throw seen.error;
    return undefined;
  }
}
