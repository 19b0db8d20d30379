import { fail } from '../../errors.ts';
import { type Card, compare } from '../../model/card.ts';
import { cardPath, printCard } from '../../model/card-page.ts';
import type { ConversationId } from '../../model/ids.ts';
import { parseProfile } from '../../model/profile.ts';
import { type Commits, type Reconciled, reconcile } from '../../model/sync/reconcile.ts';
import { chainCommit } from '../../store/branches.ts';
import type { Oid } from '../../store/git.ts';
import { format, mainRef, opsRef, profileFile } from '../../store/layout.ts';
import { currentListing } from '../../store/listing.ts';
import { mergeBases } from '../../store/merge-base.ts';
import { nextOf, readHead } from '../../store/operations.ts';
import type { Store } from '../../store/store.ts';
import { storeCommits } from '../../store/sync/commits.ts';
import { joinRaw } from '../../store/sync/raw-union.ts';
import { Transaction, tipOf } from '../../store/transaction.ts';
import type { Context } from '../context.ts';
import type { RemoteSettings } from '../remote/settings.ts';
import { type CardsThere, type Catalogues, cardBlobs, mayLeave, readMeetings } from './cards.ts';
import { agreedProfile, type Pages, writeCatalogue } from './catalogue.ts';
import { differing, headOf, rawOf, type Sides, sidesOf, tipsOf } from './sides.ts';
import { type Agreed, changeOf, linesBeside } from './told.ts';

/** What an agreement needs besides the store. */
export interface AgreeOptions {
  /** The command, for the operation log. */
  command: string;
  /** Conversations (`<tool>/<id>`) whose cards stay here. */
  without?: ReadonlySet<string>;
}

/**
 * Makes this store and a remote, as it was fetched last, agree: every conversation by the rule of sync.md 2, all refs and the catalogue in
 * one operation. Nothing goes over the wire. Where nothing differs, nothing is written.
 */
export async function agree(
  context: Context,
  store: Store,
  remote: RemoteSettings,
  { command, without = new Set() }: AgreeOptions,
): Promise<Agreed> {
  const opsBefore = await tipOf(store, opsRef);
  const before = await sidesOf(store.engine, remote);
  await refuseNewer(store, before.remote.main);
  if (isSettled(before)) return { catalogue: before.remote.main, changes: [], sides: before };
  const transaction = await Transaction.begin(store, { dryRun: false });
  try {
    const finished = await transaction.hold();
    for (const message of finished) context.warn(message);
    const isSame = finished.length === 0 && transaction.interrupted === undefined && (await tipOf(store, opsRef)) === opsBefore;
    const sides = isSame ? before : await sidesOf(store.engine, remote);
    const agreement = new Agreement(context, store, transaction, remote, sides, without);
    const agreed = await agreement.make();
    const next = transaction.isEmpty ? undefined : await undoStack(store);
    const touched = agreed.changes.length;
    await transaction.commit({ command, sentence: sentenceOf(remote, agreed), ...(next ? { next } : {}) }, async () => {
      if (touched > 0) await currentListing(store);
    });
    for (const message of transaction.warnings) context.warn(message);
    return agreed;
  } catch (error) {
    await transaction.abort();
    throw error;
  }
}

/** Nothing was ever fetched, or nothing differs. */
function isSettled(sides: Sides): boolean {
  const { local, remote } = sides;
  return differing(sides).size === 0 ? local.main === remote.main : remote.main === null && remote.heads.size === 0;
}

/** To undo and redo, an agreement is no change of this machine's: they go on with what was done before it (sync.md 4). */
async function undoStack(store: Store) {
  const tip = await tipOf(store, opsRef);
  return nextOf(tip ? await readHead(store, tip) : undefined);
}

function sentenceOf({ name }: RemoteSettings, { changes }: Agreed): string {
  return changes.length === 0 ? `Wrote the catalogue for ${name}` : `Took over ${changes.length} conversations from ${name}`;
}

/** A catalogue of a newer format is none that this convo may write on. */
async function refuseNewer({ engine }: Store, main: Oid | null): Promise<void> {
  const page = main && (await engine.read(`${main}:${profileFile}`));
  const found = page ? parseProfile(Buffer.from(page.content).toString('utf8')).format : format;
  if (found > format) throw fail('store-newer', { found, known: format });
}

class Agreement {
  private readonly context: Context;
  private readonly store: Store;
  private readonly transaction: Transaction;
  private readonly remote: RemoteSettings;
  private readonly sides: Sides;
  private readonly without: ReadonlySet<string>;

  constructor(
    context: Context,
    store: Store,
    transaction: Transaction,
    remote: RemoteSettings,
    sides: Sides,
    without: ReadonlySet<string>,
  ) {
    this.context = context;
    this.store = store;
    this.transaction = transaction;
    this.remote = remote;
    this.sides = sides;
    this.without = without;
  }

  async make(): Promise<Agreed> {
    const { engine, host } = this.store;
    const { local, remote } = this.sides;
    const catalogues: Catalogues = { local: local.main, remote: remote.main, base: await this.base() };
    const byRefs = differing(this.sides);
    const idOf = (name: string) => name.split('/')[1] as ConversationId;
    const blobs = await cardBlobs(engine, catalogues, [...byRefs].map(idOf));
    const toolOf = new Map([...local.heads.keys(), ...remote.heads.keys()].map((name) => [name.split('/')[1] ?? '', name]));
    const cards = await readMeetings(engine, blobs, (id, reason) =>
      this.context.warn(`The card of ${id} on ${this.remote.name} cannot be read: ${reason}`),
    );
    const pages = new Map<string, string | { blob: Oid }>();
    const held = new Set<string>();
    const changes: Agreed['changes'] = [];
    for (const id of [...blobs.keys()].sort(compare)) {
      this.context.report('Comparing', changes.length, blobs.size);
      const there = cards.get(id) ?? { local: undefined, remote: undefined, base: undefined };
      const tool = there.local?.tool ?? there.remote?.tool;
      const name = toolOf.get(id) ?? (tool && `${tool}/${id}`);
      if (!name) continue;
      const tips = { local: tipsOf(local, name), remote: tipsOf(remote, name) };
      const commits = storeCommits(engine, this.transaction.writer);
      const result = await this.conversation(name, there, commits);
      const came = await linesBeside(commits, tips.local, result);
      const page = result.card && printCard(result.card);
      const before = printed(there.local);
      const blob = blobs.get(id)?.local;
      if (page !== undefined) pages.set(cardPath(id), page === before && blob ? { blob } : page);
      if (this.without.has(name) || !mayLeave(this.remote, result.card)) held.add(cardPath(id));
      const change = changeOf(id, name, tips, there, result, came);
      if (change) changes.push(change);
      if (change || before !== page) this.transaction.touch(id);
    }
    const profile = await agreedProfile(engine, catalogues);
    if (profile !== undefined) pages.set(profileFile, profile);
    const catalogue = await this.moveMain(catalogues, pages, held, Math.floor(host.now() / 1000));
    return { catalogue, changes, sides: this.sides };
  }

  /** The newest catalogue that both sides come from: what the remote had when the two met last. */
  private async base(): Promise<Oid | null> {
    const { engine } = this.store;
    const { local, remote } = this.sides;
    if (!local.main || !remote.main) return null;
    const [base] = await mergeBases(local.main, remote.main, (oid) => chainCommit(engine, oid));
    return base ?? null;
  }

  private async conversation(name: string, cards: CardsThere, commits: Commits): Promise<Reconciled> {
    const { local, remote, published } = this.sides;
    const { transaction } = this;
    const [ours, theirs] = [tipsOf(local, name), tipsOf(remote, name)];
    const base = new Map(Object.entries(cards.base?.branches ?? {}).map(([branch, { at }]) => [branch, at]));
    const meeting = {
      local: { tips: ours, card: cards.local },
      remote: { tips: theirs, card: cards.remote },
      base: { tips: base, card: cards.base },
      published: new Set([...base.keys(), ...(published.get(name) ?? [])]),
    };
    const result = await reconcile(meeting, commits);
    for (const branch of new Set([...ours.keys(), ...result.tips.keys()])) {
      const [from, to] = [ours.get(branch) ?? null, (result.tips.get(branch) ?? null) as Oid | null];
      if (from !== to) transaction.move(headOf(name, branch), from, to);
    }
    const [rawHere, rawThere] = [local.raw.get(name) ?? null, remote.raw.get(name)];
    const raw = rawHere && rawThere ? await joinRaw(this.store.engine, transaction, rawHere, rawThere) : (rawHere ?? rawThere ?? null);
    if (raw !== rawHere) transaction.move(rawOf(name), rawHere, raw);
    local.heads.set(name, new Map([...result.tips] as [string, Oid][]));
    if (raw) local.raw.set(name, raw);
    return result;
  }

  /** Returns the catalogue that the remote is to have. */
  private async moveMain(catalogues: Catalogues, pages: Pages, held: ReadonlySet<string>, time: number): Promise<Oid | null> {
    const { engine } = this.store;
    const options = { leaves: (path: string) => !held.has(path), time };
    // Only the primary remote's catalogue is what this store's is built on.
    const on = this.remote.primary ? catalogues : { local: catalogues.local, remote: catalogues.local };
    const { there, here } = await writeCatalogue(engine, this.transaction, on, pages, options);
    if (here && here !== catalogues.local) this.transaction.move(mainRef, catalogues.local, here);
    return there;
  }
}

const printed = (card: Card | undefined) => card && printCard(card);
