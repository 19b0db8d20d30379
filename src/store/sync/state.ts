import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { builtin } from '../../builtin.ts';
import type { Host } from '../../host.ts';
import { writeDerived } from '../derived.ts';
import { readIfThere } from '../files.ts';
import type { Store } from '../store.ts';

const path = ({ state }: Store) => join(state, 'sync.json');

/** Returns how often in a row a remote was asked for its catalogue alone; 0 where nothing is remembered. */
export async function quietSyncs(store: Store, remote: string): Promise<number> {
  const count = (await readAll(store))[remote];
  return Number.isSafeInteger(count) ? Number(count) : 0;
}

/** Remembers that count. */
export async function rememberQuiet(store: Store, remote: string, count: number): Promise<void> {
  const all = await readAll(store);
  if (all[remote] !== count) await writeDerived(store.host, path(store), JSON.stringify({ ...all, [remote]: count }));
}

async function readAll(store: Store): Promise<Record<string, unknown>> {
  const text = (await readIfThere(store.host.fs, path(store)))?.toString('utf8');
  try {
    const all = text === undefined ? {} : JSON.parse(text);
    return typeof all === 'object' && all !== null ? all : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const longest = 5_000;

/** Waits before the next attempt, longer each time, at most five seconds, and no two machines alike. */
export async function backOff({ signal }: Host, attempt: number): Promise<void> {
  const most = Math.min(longest, 50 * 2 ** attempt);
  await setTimeout(builtin.crypto.randomInt(most >> 1, most + 1), undefined, { signal });
}
