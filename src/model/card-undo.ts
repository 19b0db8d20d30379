import { branchCounter, branchKeys, type Card, type CardBranch, cardFields, ownValue, tagsOf, withTag } from './card.ts';

/** What a card would be after one edit of it is taken back. */
export interface CardSetBack {
  /** Undefined: the edit made the card, and nothing else is left of it. */
  card: Card | undefined;
  /** What was changed otherwise since: then nothing may be set back. */
  inTheWay: string[];
}

/** One value of a card that an edit may change for itself: `title`, `label of try`, `tag urgent`. */
export type CardValues = ReadonlyMap<string, string>;

const rowText = (value: unknown) => JSON.stringify(value);

/** Returns the values of a card by what they are, in words for people; counters and history are none. */
export function valuesOf(card: Card | undefined): CardValues {
  const values = new Map<string, string>();
  if (!card) return values;
  for (const field of cardFields) if (card[field] !== undefined) values.set(field, card[field]);
  for (const [name, branch] of Object.entries(card.branches))
    for (const key of branchKeys) if (branch[key] !== undefined) values.set(`${branchWords[key]} of ${name}`, branch[key]);
  for (const tombstone of card.deleted ?? []) values.set(`deletion of ${tombstone.ref}`, rowText(tombstone));
  for (const row of card.native) values.set(`source ${rowText(row)}`, '');
  for (const link of card.links ?? []) values.set(`link to ${link}`, '');
  for (const tag of tagsOf(card)) values.set(`tag ${tag}`, '');
  for (const extra of card.extra ?? []) values.set(`key ${extra.key}`, rowText(extra));
  return values;
}

const branchWords: Record<keyof CardBranch, string> = { at: 'tip', label: 'label', source: 'source' };

/**
 * Returns a card on which one edit, told by the card before and after it, is taken back: every value that still is what the
 * edit made it gets its old one. Counters that the edit raised rise once more, so that other devices take the old values
 * (sync.md 4); those of a branch that the edit made go with it.
 */
export function setBackCard(current: Card | undefined, before: Card | undefined, after: Card | undefined): CardSetBack {
  const [now, old, made] = [valuesOf(current), valuesOf(before), valuesOf(after)];
  const changed = [...new Set([...old.keys(), ...made.keys()])].filter((key) => old.get(key) !== made.get(key));
  const inTheWay = changed.filter((key) => now.get(key) !== made.get(key));
  const start = current ?? before;
  if (inTheWay.length > 0 || !start) return { card: current, inTheWay };
  if (!before) {
    const left = [...now.keys()].filter((key) => !made.has(key));
    return { card: left.length > 0 ? current : undefined, inTheWay: left };
  }
  return { card: merged(start, before, after, new Set(changed)), inTheWay: [] };
}

/** Takes the changed values from `before`, the others from `current`. */
function merged(current: Card, before: Card, after: Card | undefined, changed: ReadonlySet<string>): Card {
  const { deleted: _deleted, links: _links, rev: _rev, extra: _extra, ...rest } = current;
  let card: Card = { ...rest, branches: branchesOf(current, before, changed) };
  for (const field of cardFields) {
    if (!changed.has(field)) continue;
    delete card[field];
    if (before[field] !== undefined) card[field] = before[field];
  }
  const rows = <Row>(now: readonly Row[] = [], old: readonly Row[] = [], key: (row: Row) => string) => {
    const [left, back] = [now.filter((row) => !changed.has(key(row))), old.filter((row) => changed.has(key(row)))];
    return left.every((row) => old.some((one) => key(one) === key(row))) ? [...old] : [...left, ...back];
  };
  card.native = rows(current.native, before.native, (row) => `source ${rowText(row)}`);
  const deleted = rows(current.deleted, before.deleted, ({ ref }) => `deletion of ${ref}`);
  const links = rows(current.links, before.links, (link) => `link to ${link}`).sort();
  const extra = rows(current.extra, before.extra, ({ key }) => `key ${key}`);
  if (deleted.length > 0) card.deleted = deleted.sort((a, b) => (a.ref < b.ref ? -1 : 1));
  if (links.length > 0) card.links = links;
  if (extra.length > 0) card.extra = extra;
  for (const key of changed) if (key.startsWith('tag ')) card = withTag(card, key.slice(4), tagsOf(before).includes(key.slice(4)));
  const rev = counters(current, before, after, card);
  if (Object.keys(rev).length > 0) card.rev = rev;
  return card;
}

function branchesOf(current: Card, before: Card, changed: ReadonlySet<string>): Card['branches'] {
  const branches: Card['branches'] = {};
  for (const name of new Set([...Object.keys(before.branches), ...Object.keys(current.branches)])) {
    const [now, old] = [ownValue(current.branches, name), ownValue(before.branches, name)];
    const pairs = branchKeys.flatMap((key) => {
      const value = changed.has(`${branchWords[key]} of ${name}`) ? old?.[key] : now?.[key];
      return value === undefined ? [] : [[key, value] as const];
    });
    if (pairs.length > 0) branches[name] = { at: '', ...Object.fromEntries(pairs) };
  }
  return branches;
}

function counters(current: Card, before: Card, after: Card | undefined, card: Card): Record<string, number> {
  const rev: Record<string, number> = { ...(current.rev ?? {}) };
  for (const key of new Set([...Object.keys(before.rev ?? {}), ...Object.keys(after?.rev ?? {})])) {
    const was = ownValue(before.rev, key);
    if (was === ownValue(after?.rev, key)) continue;
    const branch = branchCounter.exec(key)?.[1];
    const isGone =
      branch !== undefined && ownValue(card.branches, branch) === undefined && !card.deleted?.some(({ ref }) => ref === branch);
    if (!isGone) rev[key] = (ownValue(current.rev, key) ?? 0) + 1;
    else if (was === undefined) delete rev[key];
    else rev[key] = was;
  }
  return rev;
}
