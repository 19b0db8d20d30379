import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { builtin } from '../../builtin.ts';
import type { Host } from '../../host.ts';
import { writeDerived } from '../derived.ts';
import { readIfThere } from '../files.ts';
import type { Store } from '../store.ts';

const path = ({ state }: Store) => join(state, 'sync.json');

/** What is remembered of a remote. */
export interface SyncState {
  /** How often in a row it was asked for its catalogue alone. */
  quiet: number;
  /** What stood here and there when there was nothing left to say. */
  settled?: string;
}

/** Returns what is remembered of a remote. */
export async function readSyncState(store: Store, remote: string): Promise<SyncState> {
  return stateIn(await readAll(store), remote);
}

function stateIn(all: Readonly<Record<string, unknown>>, remote: string): SyncState {
  const state = all[remote];
  const { quiet, settled } = (typeof state === 'object' && state !== null ? state : {}) as Record<string, unknown>;
  return { quiet: Number.isSafeInteger(quiet) ? Number(quiet) : 0, ...(typeof settled === 'string' ? { settled } : {}) };
}

/** Remembers it, where it is something new. */
export async function writeSyncState(store: Store, remote: string, change: Partial<SyncState>): Promise<void> {
  const all = await readAll(store);
  const before = stateIn(all, remote);
  const after = { ...before, ...change };
  if (before.quiet === after.quiet && before.settled === after.settled) return;
  await writeDerived(store.host, path(store), JSON.stringify({ ...all, [remote]: after }));
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
