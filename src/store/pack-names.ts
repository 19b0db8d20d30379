import { join } from 'node:path';
import type { Host } from '../host.ts';
import { listIfThere } from './files.ts';

/** Returns the indexes of the packs, sorted and joined: another value means that another git repacked meanwhile. */
export async function packNames(host: Host, gitdir: string): Promise<string> {
  const names = await listIfThere(host.fs, join(gitdir, 'objects/pack'));
  return names
    .filter((name) => /^pack-.*\.idx$/.test(name))
    .sort()
    .join();
}

/** How often a reader looks again while packs come and go. */
export const lookAgain = 5;
