import { join } from 'node:path';
import type { Host } from '../host.ts';
import { listIfThere } from './files.ts';

/** Returns the indexes of the packs, sorted and joined: another value means that another git repacked meanwhile. */
async function packNames(host: Host, gitdir: string): Promise<string> {
  const names = await listIfThere(host.fs, join(gitdir, 'objects/pack'));
  return names
    .filter((name) => /^pack-.*\.idx$/.test(name))
    .sort()
    .join();
}

/** How often a reader looks again while packs come and go. */
const lookAgain = 5;

/**
 * Returns what `look` finds. While another git repacks, objects stand in no pack for a moment: a miss (undefined) or a failure counts
 * when the packs did not change meanwhile. `look` is told whether there are packs, and whether they changed since it looked before.
 */
export async function settled<Found>(
  host: Host,
  gitdir: string,
  look: (packs: boolean, changed: boolean) => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (let looks = 0; ; looks += 1) {
    const before = await packNames(host, gitdir);
    const seen = await look(before !== '', looks > 0).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    );
    if ('found' in seen && seen.found !== undefined) return seen.found;
    if (looks < lookAgain && before !== (await packNames(host, gitdir))) continue;
    if ('error' in seen) throw seen.error;
    return undefined;
  }
}
