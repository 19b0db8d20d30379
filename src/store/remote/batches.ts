import type { Update } from './transport.ts';

/** Of one push, by what hosts document (sync.md 6). */
const maxRefs = 1_000;

/** Returns updates in their order, parted into pushes. */
export async function batches(_host: unknown, _store: unknown, updates: readonly Update[]): Promise<Update[][]> {
  const parts: Update[][] = [];
  for (let at = 0; at < updates.length; at += maxRefs) parts.push(updates.slice(at, at + maxRefs));
  return parts;
}
