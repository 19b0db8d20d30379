import { join } from 'node:path';
import type { Card } from '../model/card.ts';
import type { ConversationId } from '../model/ids.ts';
import type { Known } from '../model/lineage.ts';
import { namesOf } from '../model/links.ts';
import { readCard, readCards } from './catalogue.ts';
import { writeDerived } from './derived.ts';
import { entriesOf, type Listed } from './entries.ts';
import type { Entry } from './entry.ts';
import { printEntryLine, readEntryLine } from './entry-line.ts';
import { readIfThere } from './files.ts';
import type { Oid } from './git.ts';
import { opsRef } from './layout.ts';
import { isOid } from './objects.ts';
import { conversationsTouched, operationsFrom, readOperation } from './operations.ts';
import { someEntries, type Wanted } from './some-entries.ts';
import type { Store } from './store.ts';

/** All conversations, newest first, as of an operation. Derived: kept in a file, made anew when it is lost or too old. */
export interface Listing {
  ops: Oid | null;
  listed: Listed[];
}

const version = 4;
/** Operations to catch up with one by one; further behind, the listing is made anew. */
const catchUp = 64;

const headLine = (ops: Oid | null) => `${version} ${ops}\n`;
const listingPath = (store: Store) => join(store.state, 'listing');
const turnsPath = (store: Store) => join(store.state, 'turns');

/** Returns every conversation, newest first; reads the listing alone where it is as new as the store. */
export async function currentEntries(store: Store): Promise<Entry[]> {
  const [tip] = await store.engine.refs(opsRef);
  const saved = await readLines(store, listingPath(store));
  if (saved && saved.ops === tip?.oid) return saved.lines.map(readEntryLine);
  const touched = saved && tip && (await touchedSince(store, saved.ops, tip.oid, few));
  if (saved && touched && touched.size <= few) return withTouched(store, saved.lines.map(readEntryLine), touched);
  return (await currentListing(store)).listed.map(({ entry }) => entry);
}

/** So many conversations, of so many operations, are read anew by each command: for one branch the listing is not written whole. */
const few = 16;

async function withTouched(store: Store, entries: Entry[], touched: ReadonlySet<ConversationId>): Promise<Entry[]> {
  const kept = entries.filter(({ id }) => !touched.has(id));
  for (const { entry } of await entriesOf(store.engine, await cardsOf(store, touched))) {
    const at = kept.findIndex((other) => isNewer(entry, other));
    kept.splice(at < 0 ? kept.length : at, 0, entry);
  }
  return kept;
}

async function cardsOf(store: Store, ids: Iterable<ConversationId>): Promise<Card[]> {
  const cards: Card[] = [];
  for (const id of ids) {
    const card = await readCard(store.engine, id);
    if (card) cards.push(card);
  }
  return cards;
}

/** Returns some entries as `someEntries` does; undefined also where much has changed since the listing was written. */
export async function someCurrentEntries(store: Store, wanted: Wanted): Promise<Entry[] | undefined> {
  const [[tip], bytes] = await Promise.all([store.engine.refs(opsRef), readIfThere(store.host.fs, listingPath(store))]);
  const start = (bytes?.indexOf('\n') ?? -1) + 1;
  if (!bytes || !tip || bytes.at(-1) !== 0x0a) return undefined;
  const head = bytes.toString('latin1', 0, start);
  if (head === headLine(tip.oid)) return someEntries(bytes.subarray(start), wanted);
  const ops = head.slice(`${version} `.length, -1);
  const touched = head === headLine(ops as Oid) && isOid(ops) ? await touchedSince(store, ops, tip.oid, few) : undefined;
  if (!touched || touched.size > few) return undefined;
  const some = someEntries(bytes.subarray(start), { ...wanted, names: [...wanted.names, ...touched] });
  const fresh = some && (await entriesOf(store.engine, await cardsOf(store, touched))).map(({ entry }) => entry);
  if (!some || !fresh || fresh.length < touched.size || !fresh.every((entry) => hasItsPlace(entry, some))) return undefined;
  return [...some.filter(({ id }) => !touched.has(id)), ...fresh].sort((a, b) => (isNewer(a, b) ? -1 : 1));
}

/** Tells whether a conversation that changed is found by what it was found by: then the others that were found stay the right ones. */
function hasItsPlace(entry: Entry, some: readonly Entry[]): boolean {
  const old = some.find(({ id }) => id === entry.id);
  const isAsNew = (entry.updated ?? '') >= (old?.updated ?? '');
  return old !== undefined && isAsNew && old.answered === entry.answered && old.project === entry.project && !entry.links;
}

/** Returns the listing as of the newest operation, bringing the file up to date where it is behind. */
export async function currentListing(store: Store): Promise<Listing> {
  const [tip] = await store.engine.refs(opsRef);
  const ops = tip?.oid ?? null;
  const saved = await readListing(store);
  if (saved && saved.ops === ops) return saved;
  const touched = saved && (await touchedSince(store, saved.ops, ops));
  const listing = touched
    ? await updated(store, saved, touched, ops)
    : { ops, listed: await entriesOf(store.engine, await all(readCards(store.engine))) };
  sortNewestFirst(listing.listed);
  if (ops !== null) await writeListing(store, listing);
  return listing;
}

/**
 * Brings the listing up to an operation that changed these conversations, from what it was before. `fresh`: how some of them are
 * listed now, so that they are not read.
 */
export async function followListing(
  store: Store,
  { before, ops, changed, fresh }: { before: Listing; ops: Oid | null; changed: readonly ConversationId[]; fresh: readonly Listed[] },
): Promise<void> {
  if (ops === null || before.ops === ops) return;
  const known = new Set(fresh.map(({ entry }) => entry.id));
  const { listed } = await updated(store, before, new Set(changed.filter((id) => !known.has(id))), ops);
  await writeListing(store, { ops, listed: sortNewestFirst([...listed.filter(({ entry }) => !known.has(entry.id)), ...fresh]) });
}

async function updated(store: Store, saved: Listing, touched: ReadonlySet<ConversationId>, ops: Oid | null): Promise<Listing> {
  const cards = await cardsOf(store, touched);
  return { ops, listed: [...saved.listed.filter(({ entry }) => !touched.has(entry.id)), ...(await entriesOf(store.engine, cards))] };
}

/** Conversations that changed between two operations; undefined when the older one is not among the newest. */
async function touchedSince(store: Store, from: Oid | null, to: Oid | null, most = catchUp): Promise<Set<ConversationId> | undefined> {
  const touched = new Set<ConversationId>();
  let steps = 0;
  if (from === to) return touched;
  for await (const { oid, before } of operationsFrom(store, to)) {
    for (const id of conversationsTouched(await readOperation(store, oid))) touched.add(id);
    if (before === from) return touched;
    steps += 1;
    if (steps === most) return undefined;
  }
  return undefined;
}

interface Lines {
  ops: Oid | null;
  lines: string[];
}

async function readLines(store: Store, path: string): Promise<Lines | undefined> {
  const text = (await readIfThere(store.host.fs, path))?.toString('utf8');
  if (!text?.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const [found, ops = ''] = lines.shift()?.split(' ') ?? [];
  return found === String(version) ? { ops: isOid(ops) ? ops : null, lines } : undefined;
}

async function readListing(store: Store): Promise<Listing | undefined> {
  const [entries, turns] = await Promise.all([readLines(store, listingPath(store)), readLines(store, turnsPath(store))]);
  if (!entries || !turns || entries.ops !== turns.ops || entries.lines.length !== turns.lines.length) return undefined;
  return { ops: entries.ops, listed: entries.lines.map((line, index) => ({ entry: readEntryLine(line), ids: turns.lines[index] ?? '' })) };
}

async function writeListing(store: Store, { ops, listed }: Listing): Promise<void> {
  const head = headLine(ops);
  await writeDerived(store.host, turnsPath(store), head + listed.map(({ ids }) => `${ids}\n`).join(''));
  await writeDerived(store.host, listingPath(store), head + listed.map(({ entry }) => `${printEntryLine(entry)}\n`).join(''));
}

function isNewer(a: Entry, b: Entry): boolean {
  const [left, right] = [a.updated ?? '', b.updated ?? ''];
  return left === right ? a.id < b.id : left > right;
}

const sortNewestFirst = (listed: Listed[]) => listed.sort((a, b) => (isNewer(a.entry, b.entry) ? -1 : 1));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Lookups of turns that are answered by searching; for more of them an index is worth its making. */
const searches = 50;

/** Returns lookups from native ids and turns to conversations, for `families`. A conversation may have sources of several tools. */
export function knownIn({ listed }: Listing): Known {
  const natives = new Map<string, ConversationId>();
  for (const { entry } of listed) for (const native of entry.natives) for (const name of namesOf(native)) natives.set(name, entry.id);
  const tools = new Map(listed.map(({ entry }) => [entry.id, entry.tool]));
  let asked = 0;
  let turns: Map<string, ConversationId> | undefined;
  return {
    byNative: (_tool, native) => natives.get(native),
    toolOf: (id) => tools.get(id),
    byTurn(_tool, turn) {
      asked += 1;
      if (asked <= searches) return listed.find(({ ids }) => ids.includes(turn))?.entry.id;
      turns ??= new Map(listed.flatMap(({ entry, ids }) => ids.split(' ').map((id) => [id, entry.id] as const)));
      return turns.get(turn);
    },
  };
}

/** Returns which conversations have a link on their cards. */
export function linkersIn({ listed }: Listing): (link: string) => readonly ConversationId[] {
  const linkers = new Map<string, ConversationId[]>();
  for (const { entry } of listed) for (const link of entry.links ?? []) linkers.set(link, [...(linkers.get(link) ?? []), entry.id]);
  return (link) => linkers.get(link) ?? [];
}
