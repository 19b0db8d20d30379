import { parseCard } from '../../model/card-page.ts';
import type { ConversationId } from '../../model/ids.ts';
import { isReachable } from '../../store/ancestry.ts';
import { chainCommit } from '../../store/branches.ts';
import { readCard } from '../../store/catalogue.ts';
import type { GitEngine, Oid } from '../../store/git.ts';
import { mergeBases } from '../../store/merge-base.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { type RemoteSettings, readRemotes } from '../remote/settings.ts';
import type { PrimaryStanding } from '../sync-result.ts';
import { type CardBlobs, cardBlobs, mayLeave } from './cards.ts';
import { isSettled } from './settled.ts';
import { differing, type Sides, sidesOf, tipsOf } from './sides.ts';

/** Which sides have something of a conversation that the other has not. */
interface Apart {
  here: boolean;
  there: boolean;
}

/** Returns how far the store is from its primary remote, as it was fetched last: nothing goes over the wire. Undefined without a remote. */
export async function aheadOfPrimary(context: Context, open: () => Promise<Store>): Promise<PrimaryStanding | undefined> {
  const remote = (await readRemotes(context)).find(({ primary }) => primary);
  if (!remote) return undefined;
  const { name, url } = remote;
  return { name, url, ...(await aheadOf(await open(), remote)) };
}

async function aheadOf(store: Store, remote: RemoteSettings): Promise<Pick<PrimaryStanding, 'ahead' | 'behind' | 'met'>> {
  if (await isSettled(store, remote)) return { ahead: 0, behind: 0, met: true };
  const { engine } = store;
  const sides = await sidesOf(engine, remote);
  const byId = new Map([...differing(sides)].map((name) => [name.split('/')[1] as ConversationId, name]));
  const blobs = await changedCards(engine, sides);
  const isFiltered = remote.only.length + remote.except.length > 0;
  const counts = { ahead: 0, behind: 0, met: sides.remote.main !== null };
  for (const id of new Set([...byId.keys(), ...blobs.keys()])) {
    const name = byId.get(id);
    const apart = either(cardApart(blobs.get(id)), name === undefined ? none : await refsApart(engine, sides, name, blobs.get(id)));
    if (apart.here && !(isFiltered && !mayLeave(remote, await readCard(engine, id)))) counts.ahead += 1;
    if (apart.there) counts.behind += 1;
  }
  return counts;
}

/** The cards that differ; none before the first push, which brings every conversation. */
async function changedCards(engine: GitEngine, sides: Sides): Promise<ReadonlyMap<ConversationId, CardBlobs>> {
  const [local, remote] = [sides.local.main, sides.remote.main];
  if (local === null || remote === null) return new Map();
  const [base = null] = await mergeBases(local, remote, (oid) => chainCommit(engine, oid));
  return cardBlobs(engine, { local, remote, base });
}

const none: Apart = { here: false, there: false };
const either = (one: Apart, other: Apart): Apart => ({ here: one.here || other.here, there: one.there || other.there });

/** A card that is the same on both sides counts for nothing, whatever it was before. */
function cardApart(blobs: CardBlobs | undefined): Apart {
  if (!blobs || blobs.local === blobs.remote) return none;
  return {
    here: blobs.local !== undefined && blobs.local !== blobs.base,
    there: blobs.remote !== undefined && blobs.remote !== blobs.base,
  };
}

async function refsApart(engine: GitEngine, { local, remote }: Sides, name: string, blobs: CardBlobs | undefined): Promise<Apart> {
  const [ours, theirs] = [tipsOf(local, name), tipsOf(remote, name)];
  let apart = await tipsApart(engine, local.raw.get(name), remote.raw.get(name));
  for (const branch of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, other] = [ours.get(branch), theirs.get(branch)];
    // A deletion is what the side that deleted it has to tell.
    if (ours.size > 0 && one === undefined && (await isDeleted(engine, blobs?.local, branch, other)))
      apart = either(apart, { here: true, there: false });
    else if (theirs.size > 0 && other === undefined && (await isDeleted(engine, blobs?.remote, branch, one)))
      apart = either(apart, { here: false, there: true });
    else apart = either(apart, await tipsApart(engine, one, other));
  }
  return apart;
}

async function tipsApart(engine: GitEngine, ours: Oid | undefined, theirs: Oid | undefined): Promise<Apart> {
  if (ours === theirs) return none;
  if (ours === undefined || theirs === undefined) return { here: ours !== undefined, there: theirs !== undefined };
  return { here: !(await isReachable(engine, ours, [theirs])), there: !(await isReachable(engine, theirs, [ours])) };
}

/** Tells whether the card in a blob says that a branch was deleted at this tip. */
async function isDeleted(engine: GitEngine, blob: Oid | undefined, branch: string, tip: Oid | undefined): Promise<boolean> {
  const page = blob && (await engine.read(blob));
  const { deleted = [] } = page ? parseCard(Buffer.from(page.content).toString('utf8')) : {};
  return deleted.some(({ ref, at }) => ref === branch && at === tip);
}
