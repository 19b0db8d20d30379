import { join } from 'node:path';
import type { ConversationId } from '../model/ids.ts';
import type { Known } from '../model/lineage.ts';
import { namesOf } from '../model/links.ts';
import { readCards } from './catalogue.ts';
import { writeDerived } from './derived.ts';
import { entriesOf, type Listed } from './entries.ts';
import { byAge, type Entry } from './entry.ts';
import { printEntryLine, readEntryLine } from './entry-line.ts';
import { readAt, readIfThere, withFile } from './files.ts';
import type { Oid } from './git.ts';
import { opsRef } from './layout.ts';
import { linePieces } from './line-pieces.ts';
import { isOid } from './objects.ts';
import { doneOperation } from './operations.ts';
import { type Changed, cardsOf, changedSince, type LastOperation, touchedSince, writeRecent } from './recent.ts';
import { someEntries, type Wanted } from './some-entries.ts';
import type { Store } from './store.ts';

/** All conversations, newest first, as of an operation. Derived: kept in a file, made anew when it is lost or too old. */
export interface Listing {
  ops: Oid | null;
  listed: Listed[];
}

const version = 5;
/** Conversations that changed since the listing was written; more of them, and it is written whole. */
const manyChanged = 200;

/** What stands in the first line: whether conversations link each other, which decides how they are looked up (some-entries.ts). */
const headLine = (ops: Oid | null, links: boolean) => `${version} ${ops} ${links ? 'links' : '-'}\n`;
const longestHead = 64;
const lf = 0x0a;
const listingPath = (store: Store) => join(store.state, 'listing');
const turnsPath = (store: Store) => join(store.state, 'turns');
/** The projects of all conversations of the listing, so that it need not be searched for one that none has: a line each, as JSON. */
const projectsPath = (store: Store) => join(store.state, 'projects');

/** Returns every conversation, newest first; reads the listing alone where it is as new as the store. */
export async function currentEntries(store: Store): Promise<Entry[]> {
  const done = await doneOperation(store);
  const [tip] = await store.engine.refs(opsRef);
  const saved = await readLines(store, listingPath(store));
  if (saved && saved.ops === tip?.oid) return saved.lines.map(readEntryLine);
  const changed = saved?.ops && tip && (await changedSince(store, saved.ops, tip.oid));
  if (saved && changed) return inTheirPlaces(saved.lines.map(readEntryLine), changed);
  return (await currentListing(store, (ops) => ops === done)).listed.map(({ entry }) => entry);
}

/** Lays what changed over the entries of a listing, newest first. */
function inTheirPlaces(entries: readonly Entry[], changed: Changed): Entry[] {
  const fresh = [...changed.values()].filter((entry) => entry !== undefined).sort(byAge);
  const placed: Entry[] = [];
  let at = 0;
  for (const entry of entries) {
    if (changed.has(entry.id)) continue;
    for (let next = fresh[at]; next && byAge(next, entry) < 0; next = fresh[at]) {
      placed.push(next);
      at += 1;
    }
    placed.push(entry);
  }
  return [...placed, ...fresh.slice(at)];
}

/**
 * Returns a function that returns some entries as `someEntries` does, and looks for the same ones once as long as nothing changes; undefined
 * also where much has changed since the listing was written.
 */
export function someOfListing(store: Store): (wanted: Wanted) => Promise<Entry[] | undefined> {
  let last: (Base & { tip: Oid; found: Map<string, Entry[] | undefined> }) | undefined;
  return async (wanted) => {
    const [tip] = await store.engine.refs(opsRef);
    if (!tip) return undefined;
    const key = JSON.stringify([wanted.names, wanted.projects]);
    if (last?.tip === tip.oid && last.found.has(key)) return last.found.get(key)?.slice();
    return withFile(store.host.fs, listingPath(store), async (file, size) => {
      const known = last?.tip === tip.oid ? last : undefined;
      const base = await baseOf(store, file, tip.oid, known);
      if (!base || readAt(store.host.fs, file, size - 1, 1)[0] !== lf) return undefined;
      last = { ...base, tip: tip.oid, found: known?.ops === base.ops ? known.found : new Map() };
      const lines = () => linePieces(store.host.fs, file, headLine(base.ops, false).length, size);
      const some = someEntries(lines, { ...wanted, projects: await listedProjects(store, base.ops, wanted.projects) }, base.changed);
      last.found.set(key, some);
      return some?.slice();
    });
  };
}

/** Those of some projects that conversations of the listing of an operation may have. */
async function listedProjects(store: Store, ops: Oid, wanted: readonly string[]): Promise<readonly string[]> {
  const saved = wanted.length === 0 ? undefined : await readLines(store, projectsPath(store));
  if (saved?.ops !== ops) return wanted;
  const lines = new Set(saved.lines);
  return wanted.filter((project) => lines.has(JSON.stringify(project)));
}

/** The operation that a listing was made after, and what changed since. */
interface Base {
  ops: Oid;
  changed: Changed;
}

/** What an open listing is made after, and what changed since until `tip`; undefined where conversations link each other. */
async function baseOf(store: Store, file: number, tip: Oid, known: Base | undefined): Promise<Base | undefined> {
  const head = readAt(store.host.fs, file, 0, longestHead).toString('latin1').split('\n', 1)[0] ?? '';
  const ops = head.split(' ')[1] ?? '';
  if (!isOid(ops) || `${head}\n` !== headLine(ops, false)) return undefined;
  if (known?.ops === ops) return known;
  const changed = ops === tip ? new Map() : await changedSince(store, ops, tip);
  return changed && ![...changed.values()].some((entry) => entry?.links) ? { ops, changed } : undefined;
}

/**
 * Remembers what an operation changed beside the listing, which it writes whole when that has become much. Called under the lock, when the
 * operation is done; an operation of many conversations is left to whoever reads the listing next.
 */
export async function noteChange(store: Store, ops: Oid, last: LastOperation): Promise<void> {
  const base = await listedOps(store);
  if (!base || base === ops) return;
  const changed = await changedSince(store, base, ops, last);
  if (!changed) return;
  if (changed.size > manyChanged) await currentListing(store);
  else await writeRecent(store, base, { ops, changed });
}

/** The operation that the listing was made after. */
async function listedOps(store: Store): Promise<Oid | undefined> {
  const head = await readIfThere(store.host.fs, listingPath(store), longestHead);
  const [found, ops = ''] = head?.toString('latin1').split(' ') ?? [];
  return found === String(version) && isOid(ops) ? ops : undefined;
}

/**
 * Returns the listing as of the newest operation, bringing the file up to date where it is behind. It is not kept where refs may be moving
 * still: what was read then is neither what was nor what will be.
 */
export async function currentListing(store: Store, isKept: (ops: Oid) => boolean = () => true): Promise<Listing> {
  const [tip] = await store.engine.refs(opsRef);
  const ops = tip?.oid ?? null;
  const saved = await readListing(store);
  if (saved && saved.ops === ops) return saved;
  const touched = saved?.ops && (await touchedSince(store, saved.ops, ops));
  const listing =
    saved && touched
      ? await updated(store, saved, touched, ops)
      : { ops, listed: await entriesOf(store.engine, await all(readCards(store.engine))) };
  sortNewestFirst(listing.listed);
  if (ops !== null && isKept(ops)) await writeListing(store, listing);
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
  const head = headLine(
    ops,
    listed.some(({ entry }) => entry.links),
  );
  const projects = new Set(listed.map(({ entry }) => `${JSON.stringify(entry.project)}\n`));
  await writeDerived(store.host, projectsPath(store), head + [...projects].join(''));
  await writeDerived(store.host, turnsPath(store), head + listed.map(({ ids }) => `${ids}\n`).join(''));
  await writeDerived(store.host, listingPath(store), head + listed.map(({ entry }) => `${printEntryLine(entry)}\n`).join(''));
}

const sortNewestFirst = (listed: Listed[]) => listed.sort((a, b) => byAge(a.entry, b.entry));

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
