import { fail } from '../../errors.ts';
import type { Oid } from '../../store/git.ts';
import { headsPrefix, mainRef } from '../../store/layout.ts';
import { conversationOf, kindOf, trackedRef, trackingPrefix, trackingRef } from '../../store/remote/remote.ts';
import type { Transport } from '../../store/remote/transport.ts';
import type { OnProgress } from '../../store/remote/wire.ts';
import type { Store } from '../../store/store.ts';
import { readSyncState, writeSyncState } from '../../store/sync/state.ts';
import type { Context } from '../context.ts';
import type { RemoteSettings } from '../remote/settings.ts';
import type { RemoteSynced } from '../sync-result.ts';

/** So often the catalogue alone is asked for before all refs are: a branch may have been pushed by hand. */
const quietLimit = 9;

export interface FetchOptions {
  full: boolean;
  /** Asks for all refs although the catalogue may not have moved: somebody was faster. */
  again?: boolean;
  /** Which refs are wanted; absent = all. */
  wants?: (ref: string) => boolean;
}

/**
 * Brings what is new on a remote into the store, and moves only what remembers where the remote stands. Where its catalogue has not moved,
 * that one question is all (`quiet`). Throws `remote-failed`, and `bad-remote-content` for a catalogue that must not come in.
 */
export async function fetchFrom(
  context: Context,
  store: Store,
  transport: Transport,
  remote: RemoteSettings,
  { full, again = false, wants: asked = () => true }: FetchOptions,
): Promise<NonNullable<RemoteSynced['fetched']> & { quiet: boolean }> {
  const { quiet } = await readSyncState(store, remote.name);
  const catalogue = await transport.refs([mainRef]);
  if (!full && !again && quiet < quietLimit) {
    const known = (await store.engine.refs(trackingRef(remote.name, mainRef)))[0]?.oid;
    if (known !== undefined && catalogue.get(mainRef) === known) {
      await writeSyncState(store, remote.name, { quiet: quiet + 1 });
      return { refs: 0, refused: [], quiet: true };
    }
  }
  const here = remote.lazy && !full ? await conversationsHere(store) : undefined;
  const wants = (ref: string) => asked(ref) && (here === undefined || ref === mainRef || here.has(conversationOf(ref) ?? ''));
  const tracked = await trackedRefs(store, remote.name);
  // A lazy clone of which nothing was asked yet has to do with the catalogue alone.
  const isNew = here?.size === 0;
  const { there, isWhole } = isNew ? { there: catalogue, isWhole: true } : await allRefs(transport, catalogue);
  const wanted = [...there].filter(([ref, oid]) => tracked.get(ref) !== oid && (remote.raw || kindOf(ref) !== 'raw') && wants(ref));
  const { landed, refused } = await transport.fetch(
    wanted.map(([ref, oid]) => ({ ref, oid })),
    progressOf(context, remote),
  );
  const main = refused.find(({ ref }) => ref === mainRef);
  if (main) throw fail('bad-remote-content', { reason: `its catalogue: ${main.reason}` });
  const gone = isNew ? [] : [...tracked].filter(([ref]) => !there.has(ref));
  if (gone.length > 0) await store.engine.moveRefs(gone.map(([ref, from]) => ({ ref: trackingRef(remote.name, ref), from, to: null })));
  // What did not land, or was not in the list, though the catalogue tells of it, is asked for again.
  await writeSyncState(store, remote.name, { quiet: landed.size < wanted.length || !isWhole ? quietLimit : 0 });
  return { refs: landed.size, refused, quiet: false };
}

/** So often all refs are asked for while somebody pushes. */
const looks = 3;

/**
 * A server makes its list while others push: it may have a new catalogue, and a branch as it was before. What the catalogue tells of is
 * there where it stood so before the list was begun (`isWhole`); else the list is asked for again.
 */
async function allRefs(transport: Transport, asked: ReadonlyMap<string, Oid>): Promise<{ there: Map<string, Oid>; isWhole: boolean }> {
  let before = asked.get(mainRef);
  for (let look = 1; ; look += 1) {
    const there = await transport.refs();
    const main = there.get(mainRef);
    if (main === before || look === looks) return { there, isWhole: main === before };
    before = main;
  }
}

/** The conversations of which a lazy clone has more than the card. */
async function conversationsHere({ engine }: Store): Promise<Set<string | undefined>> {
  return new Set((await engine.refs(headsPrefix)).map(({ name }) => conversationOf(name)));
}

/** Returns what was fetched of a remote, by its names there. */
export async function trackedRefs({ engine }: Store, remote: string): Promise<Map<string, Oid>> {
  const refs = await engine.refs(trackingPrefix(remote));
  return new Map(refs.map(({ name, oid }) => [trackedRef(remote, name), oid]));
}

/** Tells how far a transfer is. */
export function progressOf(context: Context, { name }: RemoteSettings): OnProgress {
  return ({ label, done, total, bytes }) => {
    const size = bytes === undefined ? '' : ` ${(bytes / 1e6).toFixed(1)} MB`;
    context.report(`${name}: ${label}${size}`, done, total);
  };
}
