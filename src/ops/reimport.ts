import type { Card } from '../model/card.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import { count } from '../model/count.ts';
import type { TurnId } from '../model/ids.ts';
import { readCard } from '../store/catalogue.ts';
import type { Entry } from '../store/entry.ts';
import { currentEntries } from '../store/listing.ts';
import type { Store } from '../store/store.ts';
import { Transaction } from '../store/transaction.ts';
import type { Context } from './context.ts';
import { currents } from './current.ts';
import { rawSources } from './import/raw-sources.ts';
import { rescan, type Scanned } from './import/scan.ts';
import { deriveBranch } from './reimport/derive.ts';
import type { ReimportedConversation, ReimportInput, ReimportResult } from './reimport-result.ts';
import { findPlace } from './revision.ts';

/** Derives turns again from raw, by today's importers; a branch whose pages differ gets one commit on its tip (format.md 5). */
export async function reimport(context: Context, store: Store, input: ReimportInput): Promise<ReimportResult> {
  const started = context.host.now();
  const all = await currentEntries(store);
  const entries = input.revisions.length === 0 ? all : await chosen(context, all, input.revisions);
  const transaction = await Transaction.begin(store, { dryRun: input.dryRun });
  try {
    await transaction.hold();
    const changed: ReimportedConversation[] = [];
    for (const [done, entry] of entries.entries()) {
      context.report('Deriving', done, entries.length);
      const one = await reimportConversation(store, transaction, entry);
      if (one) changed.push(one);
    }
    if (input.dryRun || transaction.isEmpty) await transaction.abort();
    else await transaction.commit({ command: 'reimport', sentence: `Derived ${count(changed.length, 'conversation')} again` });
    return { dryRun: input.dryRun, changed, unchanged: entries.length - changed.length, took: context.host.now() - started };
  } catch (error) {
    await transaction.abort();
    throw error;
  }
}

async function chosen(context: Context, all: Entry[], revisions: readonly string[]): Promise<Entry[]> {
  const now = await currents(context, all);
  return revisions.map((revision) => findPlace(all, revision, now).entry);
}

async function reimportConversation(store: Store, transaction: Transaction, entry: Entry): Promise<ReimportedConversation | undefined> {
  const card = await readCard(store.engine, entry.id);
  if (!card) return undefined;
  const sources: Scanned[] = [];
  for await (const { importer, source, access } of rawSources(store, entry.tool, entry.id)) {
    sources.push(await rescan(importer, source, access, { store, close: true }));
  }
  const changed = new Set<TurnId>();
  const next: Card = structuredClone(card);
  let after = entry.turns;
  for (const branch of entry.branches) {
    const derived = await deriveBranch(store, transaction, entry, branch, card, sources);
    if (!derived) continue;
    for (const turn of derived.changed) changed.add(turn);
    if (branch.name === entry.active) after = derived.turns;
    next.branches[branch.name] = { ...next.branches[branch.name], at: await transaction.writer.id(derived.tip) };
  }
  if (changed.size === 0) return undefined;
  transaction.page(cardPath(entry.id), printCard(next));
  const { id, title, tool, turns } = entry;
  return { id, title, tool, turnsBefore: turns, turnsAfter: after, turnsChanged: changed.size };
}
