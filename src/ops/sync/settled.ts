import { mainRef, opsRef } from '../../store/layout.ts';
import { trackingRef } from '../../store/remote/remote.ts';
import type { Store } from '../../store/store.ts';
import { readSyncState, writeSyncState } from '../../store/sync/state.ts';
import { tipOf } from '../../store/transaction.ts';
import type { RemoteSettings } from '../remote/settings.ts';

/** Tells whether there was nothing left to say to a remote, and nothing was done here since, as far as is known without asking it. */
export async function isSettled(store: Store, remote: RemoteSettings): Promise<boolean> {
  const { settled } = await readSyncState(store, remote.name);
  return settled !== undefined && settled === (await standing(store, remote));
}

/** Remembers that there is nothing left to say. */
export async function settle(store: Store, remote: RemoteSettings): Promise<void> {
  await writeSyncState(store, remote.name, { settled: await standing(store, remote) });
}

/** What stands here and there, and what goes there, as one text. */
async function standing(store: Store, remote: RemoteSettings): Promise<string> {
  const tips = await Promise.all([opsRef, mainRef, trackingRef(remote.name, mainRef)].map((ref) => tipOf(store, ref)));
  return JSON.stringify([...tips, remote]);
}
