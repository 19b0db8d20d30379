import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { listIfThere, statIfThere } from '../files.ts';
import type { Update } from './transport.ts';

/** Of one push, by what hosts document (sync.md 6); a folder has no such limit. */
const hostsRefs = 1_000;
const maxBytes = 2 ** 30;

/**
 * Returns updates in their order, parted into pushes. Where the whole store is no larger than a push may be, no push is; a larger one is
 * parted as if every ref had an equal share of it, and four times as fine, because they have not.
 */
export async function batches(host: Host, gitdir: string, updates: readonly Update[], toFolder = false): Promise<Update[][]> {
  const maxRefs = toFolder ? updates.length : hostsRefs;
  const packs = await storedBytes(host, gitdir);
  const pieces = packs <= maxBytes ? 1 : Math.ceil(packs / maxBytes) * 4;
  const size = Math.max(1, Math.min(maxRefs, Math.ceil(updates.length / pieces)));
  const parts: Update[][] = [];
  for (let at = 0; at < updates.length; at += size) parts.push(updates.slice(at, at + size));
  return parts;
}

async function storedBytes({ fs }: Host, gitdir: string): Promise<number> {
  const folder = join(gitdir, 'objects/pack');
  const packs = (await listIfThere(fs, folder)).filter((name) => name.endsWith('.pack'));
  const sizes = await Promise.all(packs.map(async (name) => (await statIfThere(fs, join(folder, name)))?.size ?? 0));
  return sizes.reduce((sum, one) => sum + one, 0);
}
