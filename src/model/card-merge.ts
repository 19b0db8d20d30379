import {
  branchCounter,
  branchKeys,
  type Card,
  type CardBranch,
  cardFields,
  compare,
  lossesOf,
  type NativeSource,
  ownValue,
  sortedKeys,
  type Tombstone,
} from './card.ts';
import type { ExtraKey } from './turn.ts';

type Counters = Record<string, number>;

/**
 * Returns the card that two devices agree on (format.md 7, sync.md 3): of each field the value that was edited more often, of equally
 * often edited ones the greater bytes; what loses stands in the history. Commutative, associative, idempotent. No clocks.
 */
export function mergeCards(a: Card, b: Card): Card {
  if (a.id !== b.id || a.tool !== b.tool) throw new Error(`Cards of ${a.tool}/${a.id} and ${b.tool}/${b.id} are not one`);
  const names = new Set([...branchNames(a), ...branchNames(b)]);
  const states = [...names].sort(compare).map((name) => joinBranch(branchState(a, name), branchState(b, name)));
  const rev = { ...greatest(plainCounters(a), plainCounters(b)), ...Object.fromEntries(states.flatMap(branchCounters)) };
  const history = mergeHistory(a, b);
  const tagrev = greatest(a.tagrev ?? {}, b.tagrev ?? {});
  const deleted = states.flatMap(({ tombstone }) => (tombstone ? [tombstone] : []));
  const links = [...new Set([...(a.links ?? []), ...(b.links ?? [])])].sort(compare);
  const extra = mergeExtra(a.extra ?? [], b.extra ?? []);
  return {
    id: a.id,
    tool: a.tool,
    ...mergeFields(a, b),
    native: mergeNative([...a.native, ...b.native]),
    branches: Object.fromEntries(states.flatMap(({ name, branch }) => (branch ? [[name, branch]] : []))),
    ...(deleted.length > 0 ? { deleted } : {}),
    ...(links.length > 0 ? { links } : {}),
    ...(sortedKeys(rev).length > 0 ? { rev } : {}),
    ...(sortedKeys(tagrev).length > 0 ? { tagrev } : {}),
    ...(sortedKeys(history).length > 0 ? { history } : {}),
    ...(extra.length > 0 ? { extra } : {}),
  };
}

const countOf = (counters: Counters | undefined, key: string) => ownValue(counters, key) ?? 0;

function mergeFields(a: Card, b: Card): Partial<Card> {
  const values = cardFields.map((field) => [field, winner(a[field], countOf(a.rev, field), b[field], countOf(b.rev, field))]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function winner(a: string | undefined, countA: number, b: string | undefined, countB: number): string | undefined {
  if (countA !== countB) return countA > countB ? a : b;
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) >= 0 ? a : b;
}

/** A value that only an import set is no loss: it can be derived again. */
function mergeHistory(a: Card, b: Card): Record<string, string[]> {
  const merged = mergeFields(a, b);
  const lists = new Set([...Object.keys(a.history ?? {}), ...Object.keys(b.history ?? {}), ...cardFields]);
  const pairs = [...lists].sort(compare).map((field): [string, string[]] => {
    const isField = (cardFields as readonly string[]).includes(field);
    const own = (card: Card) => {
      const value = isField ? card[field as (typeof cardFields)[number]] : undefined;
      return [...(ownValue(card.history, field) ?? []), ...(value !== undefined && countOf(card.rev, field) > 0 ? [value] : [])];
    };
    return [field, lossesOf([...own(a), ...own(b)], isField ? merged[field as (typeof cardFields)[number]] : undefined)];
  });
  return Object.fromEntries(pairs.filter(([, values]) => values.length > 0));
}

/** Everything that a card says of one branch. A higher `deleted` counter takes all of it along. */
interface BranchState {
  name: string;
  branch?: CardBranch;
  tombstone?: Tombstone;
  /** How often it was deleted and restored; odd = deleted. */
  deleted: number;
  counters: Counters;
}

function branchNames(card: Card): string[] {
  const counted = Object.keys(card.rev ?? {}).flatMap((key) => branchCounter.exec(key)?.[1] ?? []);
  return [...Object.keys(card.branches), ...(card.deleted ?? []).map(({ ref }) => ref), ...counted];
}

function branchState(card: Card, name: string): BranchState {
  const branch = ownValue(card.branches, name);
  const tombstone = card.deleted?.find(({ ref }) => ref === name);
  const counters = ['deleted', ...branchKeys].flatMap((key): [string, number][] => {
    const count = ownValue(card.rev, `${name}.${key}`);
    return count === undefined ? [] : [[key, count]];
  });
  const state = { name, counters: Object.fromEntries(counters), deleted: countOf(card.rev, `${name}.deleted`) || (tombstone ? 1 : 0) };
  const isDeleted = state.deleted % 2 === 1;
  return { ...state, ...(branch && !isDeleted ? { branch } : {}), ...(tombstone && isDeleted ? { tombstone } : {}) };
}

function joinBranch(a: BranchState, b: BranchState): BranchState {
  if (a.deleted !== b.deleted) return a.deleted > b.deleted ? a : b;
  const tombstone = greaterTombstone(a.tombstone, b.tombstone);
  const branch = a.branch || b.branch ? joinPins(a, b) : undefined;
  const counters = greatest(a.counters, b.counters);
  return { name: a.name, deleted: a.deleted, counters, ...(branch ? { branch } : {}), ...(tombstone ? { tombstone } : {}) };
}

function joinPins(a: BranchState, b: BranchState): CardBranch {
  const values = branchKeys.map((key) => [
    key,
    winner(a.branch?.[key], countOf(a.counters, key), b.branch?.[key], countOf(b.counters, key)),
  ]);
  return { at: '', ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
}

function branchCounters({ name, counters }: BranchState): [string, number][] {
  return Object.entries(counters).map(([key, count]) => [`${name}.${key}`, count]);
}

function greaterTombstone(a: Tombstone | undefined, b: Tombstone | undefined): Tombstone | undefined {
  if (!a || !b) return a ?? b;
  const order = a.turns.length - b.turns.length || compare(a.at, b.at) || compare(a.turns.join(), b.turns.join());
  return order >= 0 ? a : b;
}

function plainCounters(card: Card): Counters {
  return Object.fromEntries(Object.entries(card.rev ?? {}).filter(([key]) => !branchCounter.test(key)));
}

function greatest(a: Counters, b: Counters): Counters {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compare);
  return Object.fromEntries(keys.map((key) => [key, Math.max(countOf(a, key), countOf(b, key))]));
}

/** Rows of both, without those of which another row says more. */
function mergeNative(rows: readonly NativeSource[]): NativeSource[] {
  const unique = [...new Map(rows.map((row) => [rowKey(row), row])).values()];
  const saysMore = (more: NativeSource, less: NativeSource) =>
    more.tool === less.tool &&
    more.source === less.source &&
    (less.root === undefined || less.root === more.root) &&
    (less.branch === undefined || less.branch === more.branch);
  const kept = unique.filter((row) => !unique.some((other) => other !== row && saysMore(other, row)));
  return kept.sort((a, b) => compare(rowKey(a), rowKey(b)));
}

const rowKey = ({ tool, source, root, branch }: NativeSource) => JSON.stringify([tool, source, root ?? null, branch ?? null]);

function mergeExtra(a: readonly ExtraKey[], b: readonly ExtraKey[]): ExtraKey[] {
  const byKey = new Map<string, ExtraKey>();
  for (const item of [...a, ...b]) {
    const other = byKey.get(item.key);
    if (!other || (compare(item.value, other.value) || compare(item.after, other.after)) > 0) byKey.set(item.key, item);
  }
  return [...byKey.values()].sort((x, y) => compare(x.key, y.key));
}
