import { join } from 'node:path';
import type { Card } from '../model/card.ts';
import type { ConversationId } from '../model/ids.ts';
import { readCard } from './catalogue.ts';
import { writeDerived } from './derived.ts';
import { entriesOf } from './entries.ts';
import type { Entry } from './entry.ts';
import { printEntryLine, readEntryLine } from './entry-line.ts';
import { readIfThere } from './files.ts';
import type { Oid } from './git.ts';
import { conversationsTouched, operationsFrom, readOperation } from './operations.ts';
import type { Store } from './store.ts';

/** Conversations that changed, as they are now; undefined: gone. */
export type Changed = ReadonlyMap<ConversationId, Entry | undefined>;

/**
 * What changed since the listing was written, in a small file beside it: the listing is not written whole for one branch, and no command
 * reads again what the one before it read. Derived, as the listing is.
 */
interface Recent {
  ops: Oid;
  changed: Changed;
}

const version = 1;
/** So many conversations, of so many operations, are read anew by a command that finds them changed. */
const few = 16;
/** Operations to catch up with one by one where the listing will be written whole. */
const catchUp = 64;

const recentPath = (store: Store) => join(store.state, 'recent');
const headLine = (base: Oid, ops: string, count: number) => `${version} ${base} ${ops} ${count}`;

/** What is remembered beside the listing of `base`; nothing where that is of another listing, or torn. */
async function readRecent(store: Store, base: Oid): Promise<Recent> {
  const lines = (await readIfThere(store.host.fs, recentPath(store)))?.toString('utf8').split('\n') ?? [];
  const [head = '', end] = [lines.shift(), lines.pop()];
  const ops = head.split(' ')[2] ?? '';
  if (end !== '' || head !== headLine(base, ops, lines.length)) return { ops: base, changed: new Map() };
  return {
    ops: ops as Oid,
    changed: new Map(
      lines.map((line) => [line.split('\t', 1)[0] as ConversationId, line.includes('\t') ? readEntryLine(line) : undefined]),
    ),
  };
}

/** Remembers what changed between the listing of `base` and a later operation. */
export async function writeRecent(store: Store, base: Oid, { ops, changed }: Recent): Promise<void> {
  const lines = [...changed].map(([id, entry]) => `${entry ? printEntryLine(entry) : id}\n`);
  await writeDerived(store.host, recentPath(store), `${headLine(base, ops, lines.length)}\n${lines.join('')}`);
}

/** An operation that was just written: what it changed is known. */
export interface LastOperation {
  before: Oid | null;
  touched: ReadonlySet<ConversationId>;
}

/** Returns what changed between the listing of `base` and an operation; undefined where that is too much to be read by each command. */
export async function changedSince(store: Store, base: Oid, ops: Oid, last?: LastOperation): Promise<Changed | undefined> {
  const recent = await readRecent(store, base);
  const touched = last?.before === recent.ops ? last.touched : await operationsSince(store, recent.ops, ops, few);
  if (!touched || touched.size > few) return undefined;
  if (touched.size === 0) return recent.changed;
  const fresh = await entriesOf(store.engine, await cardsOf(store, touched), recent.changed);
  const now = new Map(fresh.map(({ entry }) => [entry.id, entry]));
  return new Map([...recent.changed, ...[...touched].map((id) => [id, now.get(id)] as const)]);
}

/** Returns the conversations that changed between the listing of `base` and an operation; undefined when that listing is of another past. */
export async function touchedSince(store: Store, base: Oid, ops: Oid | null): Promise<ReadonlySet<ConversationId> | undefined> {
  const recent = await readRecent(store, base);
  const touched = await operationsSince(store, recent.ops, ops, catchUp);
  return touched && new Set([...recent.changed.keys(), ...touched]);
}

/** Conversations that changed between two operations; undefined when the older one is not among the newest. */
async function operationsSince(store: Store, from: Oid, to: Oid | null, most: number): Promise<Set<ConversationId> | undefined> {
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

/** Returns the cards of conversations; of those that are gone there is none. */
export async function cardsOf(store: Store, ids: Iterable<ConversationId>): Promise<Card[]> {
  const cards: Card[] = [];
  for (const id of ids) {
    const card = await readCard(store.engine, id);
    if (card) cards.push(card);
  }
  return cards;
}
