import type { ConversationId, ToolId } from './ids.ts';
import type { ExtraKey } from './turn.ts';

/** Fields of a card with one value that a person may set. */
export const cardFields = ['title', 'project', 'status', 'priority', 'intent', 'active', 'notes'] as const;
export type CardField = (typeof cardFields)[number];

/** What the catalogue knows of a conversation (format.md 7). */
export interface Card extends Partial<Record<CardField, string>> {
  id: ConversationId;
  /** The conversation's birthplace. */
  tool: ToolId;
  /** Where its turns come from: the alias table. */
  native: NativeSource[];
  branches: Record<string, CardBranch>;
  /** Branches that were deleted. */
  deleted?: Tombstone[];
  /** Ids of conversations that are the same or belong together, sorted. */
  links?: string[];
  /** How often a field was edited; absent = 0. Of a branch: `<name>.at`, `<name>.label`, `<name>.source`, `<name>.deleted`. */
  rev?: Record<string, number>;
  /** How often a tag was put on or taken off: it is there when the number is odd. */
  tagrev?: Record<string, number>;
  /** Values that were set and lost, at most 20 a field. */
  history?: Record<string, string[]>;
  /** Unknown keys, as on pages. */
  extra?: ExtraKey[];
}

export interface NativeSource {
  tool: ToolId;
  /** The tool's own id of the conversation. */
  source: string;
  /** Native id of the record that gives the origin. */
  root?: string;
  /** The branch that is bound to the source. */
  branch?: string;
}

export interface CardBranch {
  /** Object id of the tip, as published. */
  at: string;
  /** What people see; absent = the name. */
  label?: string;
  source?: string;
}

/** The values of a branch, each with a counter `<name>.<key>`; a further one, `<name>.deleted`, is odd while it is deleted. */
export const branchKeys = ['at', 'label', 'source'] as const satisfies readonly (keyof CardBranch)[];
export const branchCounter = /^(.*)\.(?:at|label|source|deleted)$/s;

export interface Tombstone {
  /** Name of the branch. */
  ref: string;
  /** Its last object id. */
  at: string;
  /** Its own turns: 6 characters of the id and the number of records. */
  turns: string[];
}

/** Returns the tags of a card, sorted. */
export function tagsOf(card: Card): string[] {
  return sortedKeys(card.tagrev ?? {}).filter((tag) => (card.tagrev?.[tag] ?? 0) % 2 === 1);
}

/** Returns the card with a tag put on or taken off; itself when that changes nothing. */
export function withTag(card: Card, tag: string, on: boolean): Card {
  const count = ownValue(card.tagrev, tag) ?? 0;
  return (count % 2 === 1) === on ? card : { ...card, tagrev: { ...card.tagrev, [tag]: count + 1 } };
}

/** Returns the card after an edit: the counter is one higher, what stood there is in the history. `undefined` empties the field. */
export function withField(card: Card, field: CardField, value: string | undefined): Card {
  const { [field]: old, ...rest } = card;
  if (old === value) return card;
  const lost = old === undefined ? [] : [old];
  const history = lossesOf([...(ownValue(card.history, field) ?? []), ...lost], value);
  return {
    ...rest,
    ...(value === undefined ? {} : { [field]: value }),
    rev: bumped(card.rev, field),
    ...(history.length > 0 ? { history: { ...card.history, [field]: history } } : {}),
  };
}

/** Returns the card with a value of a branch set; its counter is one higher, so that every device takes it. */
export function withBranch(card: Card, name: string, field: keyof CardBranch, value: string): Card {
  const old = ownValue(card.branches, name);
  if (old?.[field] === value) return card;
  return { ...card, branches: { ...card.branches, [name]: { at: '', ...old, [field]: value } }, rev: bumped(card.rev, `${name}.${field}`) };
}

/** Returns the card without a branch, with its tombstone. */
export function withoutBranch(card: Card, tombstone: Tombstone): Card {
  const { [tombstone.ref]: _gone, ...branches } = card.branches;
  const deleted = [...(card.deleted ?? []).filter(({ ref }) => ref !== tombstone.ref), tombstone].sort((a, b) => compare(a.ref, b.ref));
  return { ...card, branches, deleted, rev: nextRev(card.rev, `${tombstone.ref}.deleted`, 1) };
}

/**
 * Returns the card after a branch was deleted: with its tombstone; the sources that were bound to it stay known, and what the tool would
 * resume is another branch now.
 */
export function withDeleted(card: Card, tombstone: Tombstone): Card {
  const next = withoutBranch(card, tombstone);
  const native = card.native.flatMap((row) => {
    if (row.branch !== tombstone.ref) return [row];
    const { branch: _gone, ...rest } = row;
    return card.native.some((other) => other !== row && other.source === row.source && other.branch !== undefined) ? [] : [rest];
  });
  const [first] = Object.keys(next.branches).sort((a, b) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1));
  return { ...next, native, ...(card.active === tombstone.ref && first !== undefined ? { active: first } : {}) };
}

/** Returns the card with a deleted branch as it was: its tombstone is taken back on every device. */
export function restoredBranch(card: Card, name: string, branch: CardBranch): Card {
  const { deleted: _deleted, ...rest } = card;
  const left = (card.deleted ?? []).filter(({ ref }) => ref !== name);
  return {
    ...rest,
    branches: { ...card.branches, [name]: branch },
    ...(left.length > 0 ? { deleted: left } : {}),
    rev: nextRev(card.rev, `${name}.deleted`, 0),
  };
}

/** Returns the values that a field lost: each once, in byte order, at most 20, without the one that stands. */
export function lossesOf(values: readonly string[], standing: string | undefined): string[] {
  return [...new Set(values)]
    .sort(compare)
    .slice(0, 20)
    .filter((value) => value !== standing);
}

/** Returns -1, 0 or 1 by the UTF-8 bytes of two texts. */
export function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)) || (a < b ? -1 : 1);
}

/** Returns an own property of a record whose keys come from outside. */
export function ownValue<Value>(record: Record<string, Value> | undefined, key: string): Value | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Returns the keys of a record in byte order. */
export function sortedKeys(record: Record<string, unknown>): string[] {
  return Object.keys(record).sort(compare);
}

function bumped(rev: Record<string, number> | undefined, key: string): Record<string, number> {
  return { ...rev, [key]: (ownValue(rev, key) ?? 0) + 1 };
}

/** The next counter that is odd (1) or even (0). */
function nextRev(rev: Record<string, number> | undefined, key: string, parity: 0 | 1): Record<string, number> {
  const count = ownValue(rev, key) ?? (parity === 0 ? 1 : 0);
  return { ...rev, [key]: count + (count % 2 === parity ? 2 : 1) };
}
