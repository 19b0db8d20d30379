import { hash } from '../hash.ts';
import { type LineRecord, le } from '../records.ts';

/** The turns of a branch, root first, as reconciling compares them (sync.md 2). */
export interface SyncLine {
  turns: readonly SyncTurn[];
  /** Of two equal lines the one of higher rank is the greater: it was derived later. */
  rank: number;
}

export interface SyncTurn extends LineRecord {
  /** How many further records its page names. */
  others: number;
}

/** Returns whether one of two lines is an earlier state of the other. */
export const isSameLine = (a: SyncLine, b: SyncLine): boolean => le(a.turns, b.turns) || le(b.turns, a.turns);

/** Returns whether line `a` is contained in line `b`. */
export const isWithin = (a: SyncLine, b: SyncLine): boolean => le(a.turns, b.turns);

/** Returns two tips of the same line, the one whose tree a join of them has first: the same on every device, whichever came first. */
export function inOrder(a: { tip: string; line: SyncLine }, b: { tip: string; line: SyncLine }): [greater: string, lesser: string] {
  const first = order(a, b) >= 0;
  return first ? [a.tip, b.tip] : [b.tip, a.tip];
}

function order(a: { tip: string; line: SyncLine }, b: { tip: string; line: SyncLine }): number {
  const [isWithinB, isWithinA] = [isWithin(a.line, b.line), isWithin(b.line, a.line)];
  if (isWithinA !== isWithinB) return isWithinA ? 1 : -1;
  const byRank = a.line.rank - b.line.rank || othersOf(a.line) - othersOf(b.line);
  return byRank || (a.tip < b.tip ? 1 : -1);
}

const othersOf = ({ turns }: SyncLine) => turns.reduce((sum, { others }) => sum + others, 0);

/**
 * Returns the key by which a line is named beside another one: first 8 of its first own turn id; where both continued one turn
 * differently, of H(turn id, last record id of that turn).
 */
export function ownKey({ turns }: SyncLine, other: SyncLine): string {
  const at = turns.findIndex((turn, index) => !isEqual(turn, other.turns[index]));
  const own = turns[at < 0 ? turns.length - 1 : at];
  if (!own) return hash('').slice(0, 8);
  return own.turn === other.turns[at]?.turn ? variantKey(own.turn, own.kept.at(-1) ?? '') : own.turn.slice(0, 8);
}

/** Returns the key of a line on which a turn stands that another one continued differently. */
export const variantKey = (turn: string, last: string): string => hash(turn, last).slice(0, 8);

/** Returns whether two turns are the same with the same records. */
export const isEqual = (a: LineRecord, b: LineRecord | undefined): boolean =>
  b !== undefined && a.turn === b.turn && a.kept.length === b.kept.length && a.kept.every((id, at) => id === b.kept[at]);

/** Returns whether a turn is an earlier state of another. */
export const isEarlier = (a: LineRecord, b: LineRecord): boolean => le([a], [b]);

/** Returns the name of the line that has most turns in common with one, and fewest of its own; undefined for none. */
export function nearest({ turns }: SyncLine, others: Iterable<readonly [name: string, line: SyncLine]>): string | undefined {
  const own = new Set(turns.map(({ turn }) => turn));
  const ranked = [...others].map(([name, line]) => {
    const shared = line.turns.filter(({ turn }) => own.has(turn)).length;
    return { name, shared, alone: line.turns.length - shared };
  });
  return ranked.sort((a, b) => b.shared - a.shared || a.alone - b.alone || (a.name < b.name ? -1 : 1))[0]?.name;
}
