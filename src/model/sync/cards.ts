import { type Card, cardFields, type NativeSource, ownValue, restoredBranch } from '../card.ts';
import { mergeCards } from '../card-merge.ts';

/** The card of one conversation here, on a remote, and as that remote had it when the two met last. */
export interface MeetingCards {
  local: Card | undefined;
  remote: Card | undefined;
  base: Card | undefined;
}

/** What became of the branches of a conversation. */
export interface BranchFates {
  /** Branch → tip, on both sides from now on. */
  tips: ReadonlyMap<string, string>;
  /** A local branch whose line is called otherwise from now on, because another line has its name. */
  parted: readonly Renamed[];
  /** A local branch that is gone because a published one holds its line. */
  dropped: readonly Renamed[];
}

export interface Renamed {
  from: string;
  to: string;
}

/**
 * Returns the card that both sides agree on, before its branches are told: merged by field (card-merge.ts). Of a field that was edited
 * equally often on both sides, the value that is new since they met last.
 */
export function mergeMeeting({ local, remote, base }: MeetingCards): Card | undefined {
  if (!local || !remote) return local ?? remote;
  const [ours, theirs] = [{ ...local }, { ...remote }];
  for (const field of base ? cardFields : []) {
    if ((ours.rev?.[field] ?? 0) !== (theirs.rev?.[field] ?? 0)) continue;
    if (ours[field] === base?.[field]) setField(ours, field, theirs[field]);
    else if (theirs[field] === base?.[field]) setField(theirs, field, ours[field]);
  }
  return mergeCards(ours, theirs);
}

/** Returns the card of a conversation whose branches were not fetched: where they stand is what the remote says of them (sync.md 3). */
export function withPinsOf(remote: Card | undefined, merged: Card): Card {
  const pinned = Object.entries(merged.branches).map(([name, branch]) => [
    name,
    { ...branch, at: ownValue(remote?.branches, name)?.at ?? branch.at },
  ]);
  return { ...merged, branches: Object.fromEntries(pinned) };
}

function setField(card: Card, field: (typeof cardFields)[number], value: string | undefined): void {
  if (value === undefined) delete card[field];
  else card[field] = value;
}

/** Returns the card with its branches as they stand: pins, bindings of sources, and no tombstone of a branch that lives. */
export function withFates(merged: Card, { local, remote }: MeetingCards, fates: BranchFates): Card {
  const { tips } = fates;
  let card: Card = { ...merged, branches: {} };
  for (const [name, at] of [...tips].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const known = ownValue(merged.branches, name) ?? ownValue(local?.branches, name);
    if (card.deleted?.some(({ ref }) => ref === name)) card = restoredBranch(card, name, { ...known, at });
    else card.branches[name] = { ...known, at };
  }
  card.native = bound(merged.native, remote?.native ?? [], fates);
  const active = fates.dropped.find(({ from }) => from === card.active)?.to ?? card.active;
  if (active === undefined || tips.has(active)) return active === undefined ? card : { ...card, active };
  const [first] = [...tips.keys()].sort((a, b) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1));
  return first === undefined ? card : { ...card, active: first };
}

/** Sources follow their lines: to the name that a parted line has now, to the branch that holds a dropped one. */
function bound(rows: readonly NativeSource[], published: readonly NativeSource[], { tips, parted, dropped }: BranchFates): NativeSource[] {
  const isPublished = (row: NativeSource) => published.some((other) => rowKey(other) === rowKey(row));
  const told = rows.flatMap((row) => {
    const line = parted.find(({ from }) => from === row.branch);
    if (line) return isPublished(row) ? [row, { ...row, branch: line.to }] : [{ ...row, branch: line.to }];
    const whole = dropped.find(({ from }) => from === row.branch);
    return [whole ? { ...row, branch: whole.to } : row];
  });
  const bare = ({ branch: _gone, ...row }: NativeSource): NativeSource => row;
  const standing = told.map((row) => (row.branch === undefined || tips.has(row.branch) ? row : bare(row)));
  const unique = [...new Map(standing.map((row) => [rowKey(row), row])).values()];
  const saysLess = (row: NativeSource) =>
    row.branch === undefined && unique.some((other) => other.branch !== undefined && rowKey(bare(other)) === rowKey(row));
  return unique.filter((row) => !saysLess(row)).sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
}

const rowKey = ({ tool, source, root, branch }: NativeSource) => JSON.stringify([tool, source, root ?? null, branch ?? null]);
