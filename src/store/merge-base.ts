import type { Oid } from './git.ts';

/** What the walk needs of a commit. */
export interface WalkedCommit {
  parents: readonly Oid[];
  /** Seconds since 1970; only decides what is walked first. */
  time: number;
}

interface Painted extends WalkedCommit {
  oid: Oid;
  /** Reachable from the one, from the other, from a commit that both reach. */
  one: boolean;
  other: boolean;
  below: boolean;
}

/**
 * Returns the best common ancestors of two commits as `git merge-base --all` does, the newest first: common ancestors that no other common
 * ancestor reaches. None where the two share no history; one of the two where it is an ancestor of the other.
 */
export async function mergeBases(one: Oid, other: Oid, commit: (oid: Oid) => Promise<WalkedCommit | undefined>): Promise<Oid[]> {
  if (one === other) return [one];
  const walk = new Walk(commit);
  await walk.paint(one, { one: true, other: false, below: false });
  await walk.paint(other, { one: false, other: true, below: false });
  return walk.toTheEnd();
}

type Paint = Pick<Painted, 'one' | 'other' | 'below'>;

/** Paints ancestors from both commits downwards, newest first; what changes its paint is walked again, so times may be wrong. */
class Walk {
  readonly #commit: (oid: Oid) => Promise<WalkedCommit | undefined>;
  readonly #seen = new Map<Oid, Painted>();
  readonly #queue = new Set<Painted>();

  constructor(commit: (oid: Oid) => Promise<WalkedCommit | undefined>) {
    this.#commit = commit;
  }

  async paint(oid: Oid, { one, other, below }: Paint): Promise<void> {
    const seen = this.#seen.get(oid);
    if (seen) {
      if ((seen.one || !one) && (seen.other || !other) && (seen.below || !below)) return;
      Object.assign(seen, { one: seen.one || one, other: seen.other || other, below: seen.below || below });
      this.#queue.add(seen);
      return;
    }
    const found = await this.#commit(oid);
    if (!found) return;
    const painted = { oid, ...found, one, other, below };
    this.#seen.set(oid, painted);
    this.#queue.add(painted);
  }

  async toTheEnd(): Promise<Oid[]> {
    for (let next = this.#next(); next; next = this.#next()) {
      const { one, other, below } = next;
      const paint = { one, other, below: below || (one && other) };
      for (const parent of next.parents) await this.paint(parent, paint);
    }
    const newestFirst = (a: Painted, b: Painted) => b.time - a.time || (a.oid < b.oid ? -1 : 1);
    return this.#found()
      .sort(newestFirst)
      .map(({ oid }) => oid);
  }

  #found(): Painted[] {
    return [...this.#seen.values()].filter(({ one, other, below }) => one && other && !below);
  }

  /** The newest that waits; none when what waits is below a common ancestor already and there is but one: nothing can be above it. */
  #next(): Painted | undefined {
    let newest: Painted | undefined;
    let open = false;
    for (const waiting of this.#queue) {
      open ||= !waiting.below;
      if (!newest || waiting.time > newest.time) newest = waiting;
    }
    if (newest) this.#queue.delete(newest);
    return open || this.#found().length > 1 ? newest : undefined;
  }
}
