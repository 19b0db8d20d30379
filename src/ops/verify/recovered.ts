import { join } from 'node:path';
import { acquireLock } from '../../store/lock.ts';
import { recoverOperation } from '../../store/recover-operation.ts';
import { newerFormat, type Store } from '../../store/store.ts';

/** Finishes what a killed command left; returns what it did, a sentence each. A store that is only read stays as it is. */
export async function recovered(store: Store): Promise<string[]> {
  if ((await newerFormat(store)) !== undefined) return [];
  const lock = await acquireLock(store.host, join(store.state, 'lock'));
  try {
    return (await recoverOperation(store)).messages;
  } finally {
    await lock.release();
  }
}
