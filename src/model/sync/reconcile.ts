import type { Card, Tombstone } from '../card.ts';
import { mergeMeeting, type Renamed, withFates, withPinsOf } from './cards.ts';
import { inOrder, isEarlier, isSameLine, isWithin, ownKey, type SyncLine } from './line.ts';
import { besideName, isMadeUp } from './names.ts';
import { holdsDeleted, isNamed } from './tombstone.ts';

/** What reconciling asks of the commits of a device; what is on neither side is not known to it. */
export interface Commits {
  has(commit: string): Promise<boolean>;
  line(commit: string): Promise<SyncLine>;
  /** Whether the first is the second, or an ancestor of it. */
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** Makes the commit that joins two tips of one line, with the tree of the first. */
  join(greater: string, lesser: string): Promise<string>;
}

/** The branches of one conversation, and its card. */
export interface Side {
  tips: ReadonlyMap<string, string>;
  card?: Card | undefined;
}

/** One conversation on this device and on a remote. */
export interface Meeting {
  local: Side;
  remote: Side;
  /** The remote when the two met last. */
  base: Side;
  /** Branches that this device knows to be on some remote. */
  published: ReadonlySet<string>;
}

/** What both sides are to be. */
export interface Reconciled {
  tips: Map<string, string>;
  card: Card | undefined;
  parted: Renamed[];
  dropped: Renamed[];
}

/**
 * Returns what one conversation is on both sides from now on (sync.md 2): the published line keeps its name, equal lines are joined,
 * a line that differs gets a name of its own beside it. Nothing published moves but forward; nothing is lost but what a tombstone covers.
 */
export async function reconcile(meeting: Meeting, commits: Commits): Promise<Reconciled> {
  const { local, remote, base } = meeting;
  const cards = { local: local.card, remote: remote.card, base: base.card };
  const card = mergeMeeting(cards);
  if (card && local.tips.size === 0 && remote.tips.size === 0)
    return { tips: new Map(), parted: [], dropped: [], card: withPinsOf(remote.card, card) };
  const place = new Placing(meeting, card?.deleted ?? [], knowingJoins(commits));
  await place.all();
  const { tips, parted, dropped } = place;
  return { tips, parted, dropped, card: card && withFates(card, cards, { tips, parted, dropped }) };
}

class Placing {
  readonly tips = new Map<string, string>();
  readonly parted: Renamed[] = [];
  readonly dropped: Renamed[] = [];
  private readonly meeting: Meeting;
  private readonly stones: ReadonlyMap<string, Tombstone>;
  private readonly commits: Commits;
  private rows: ReadonlySet<string> | undefined;

  constructor(meeting: Meeting, stones: readonly Tombstone[], commits: Commits) {
    this.meeting = meeting;
    this.stones = new Map(stones.map((stone) => [stone.ref, stone]));
    this.commits = commits;
  }

  async all(): Promise<void> {
    const { local, remote } = this.meeting;
    for (const [name, tip] of inNameOrder(remote.tips)) if (!(await this.isCovered(name, tip))) this.tips.set(name, tip);
    const published = new Map(this.tips);
    for (const [name, tip] of inNameOrder(local.tips)) {
      if (await this.isCovered(name, tip)) continue;
      const whole = this.isNeedless(name) ? await this.holderOf(tip, published) : undefined;
      if (whole === undefined) await this.place(name, tip);
      else this.dropped.push({ from: name, to: whole });
    }
  }

  private async place(name: string, tip: string): Promise<void> {
    const tried = new Set<string>();
    for (let at: string | undefined = name; at !== undefined; ) {
      tried.add(at);
      const key = await this.settle(at, tip);
      if (key === undefined) {
        if (at !== name && this.tips.has(at)) this.parted.push({ from: name, to: at });
        return;
      }
      at = await this.beside(at, key, tip, tried);
    }
  }

  /** Gives the name to the line, where it can have it; returns the key by which it is named otherwise. */
  private async settle(name: string, tip: string): Promise<string | undefined> {
    const { commits, tips } = this;
    const standing = tips.get(name);
    if (standing === undefined) {
      const stone = this.stones.get(name);
      if (await this.isCovered(name, tip)) return undefined;
      if (stone && !(await this.livesOn(tip, stone))) return ((await commits.line(tip)).turns.at(-1)?.turn ?? '').slice(0, 8);
      tips.set(name, tip);
      return undefined;
    }
    if (await commits.isAncestor(tip, standing)) return undefined;
    if (await commits.isAncestor(standing, tip)) {
      tips.set(name, tip);
      return undefined;
    }
    const [ours, theirs] = [await commits.line(tip), await commits.line(standing)];
    if (!isSameLine(ours, theirs)) return ownKey(ours, theirs);
    tips.set(name, await commits.join(...inOrder({ tip, line: ours }, { tip: standing, line: theirs })));
    return undefined;
  }

  /** The name of an existing line beside this one that is the same line, else a new name. */
  private async beside(name: string, key: string, tip: string, tried: ReadonlySet<string>): Promise<string> {
    const line = await this.commits.line(tip);
    let fresh = besideName(name, key);
    for (const [other, standing] of inNameOrder(this.tips))
      if (other.startsWith(fresh) && !tried.has(other) && isSameLine(line, await this.commits.line(standing))) return other;
    while (tried.has(fresh)) fresh += 'x';
    return fresh;
  }

  /** A branch that nobody named, labelled or published tells nothing that a published one does not tell. */
  private isNeedless(name: string): boolean {
    const { local, published } = this.meeting;
    return isMadeUp(name) && !published.has(name) && local.card?.branches[name]?.label === undefined;
  }

  private async holderOf(tip: string, tips: ReadonlyMap<string, string>): Promise<string | undefined> {
    if (tips.size === 0) return undefined;
    const line = await this.commits.line(tip);
    for (const [name, standing] of tips) if (isWithin(line, await this.commits.line(standing))) return name;
    return undefined;
  }

  /** Whether a line has nothing that was not deleted with the branch of this name, or stands elsewhere. */
  private async isCovered(name: string, tip: string): Promise<boolean> {
    const { commits, stones } = this;
    const stone = stones.get(name);
    if (!stone) return false;
    if (await commits.has(stone.at))
      return (await commits.isAncestor(tip, stone.at)) || isWithin(await commits.line(tip), await commits.line(stone.at));
    const { remote, base } = this.meeting;
    const met = base.tips.get(name);
    // Who deleted it on the remote had what stood there.
    if (!remote.tips.has(name) && met !== undefined && (await commits.isAncestor(tip, met))) return true;
    this.rows ??= new Set([...stones.values()].flatMap(({ turns }) => turns));
    const rows = this.rows;
    const own = (await commits.line(tip)).turns.filter((turn) => !isNamed(turn, rows));
    if (own.length === 0) return true;
    const lines = await this.standing();
    return own.every((turn) => lines.some(({ turns }) => turns.some((other) => isEarlier(turn, other))));
  }

  /** The published lines that nobody deleted: they stay, whatever becomes of the others. */
  private async standing(): Promise<SyncLine[]> {
    const lines: SyncLine[] = [];
    for (const [name, tip] of this.meeting.remote.tips) if (!this.stones.has(name)) lines.push(await this.commits.line(tip));
    return lines;
  }

  /** Whether a line goes on behind what was deleted. */
  private async livesOn(tip: string, stone: Tombstone): Promise<boolean> {
    const { commits } = this;
    const line = await commits.line(tip);
    if (!(await commits.has(stone.at))) return stone.turns.length > 0 && holdsDeleted(line.turns, stone);
    return (await commits.isAncestor(stone.at, tip)) || isWithin(await commits.line(stone.at), line);
  }
}

const inNameOrder = (tips: ReadonlyMap<string, string>) => [...tips].sort(([a], [b]) => (a < b ? -1 : 1));

/** Commits that know those that were joined meanwhile, and read each line once. */
function knowingJoins(commits: Commits): Commits {
  const joins = new Map<string, [string, string]>();
  const lines = new Map<string, Promise<SyncLine>>();
  const isAncestor = async (commit: string, of: string): Promise<boolean> => {
    const parents = joins.get(of);
    if (commit === of) return true;
    if (!parents) return !joins.has(commit) && commits.isAncestor(commit, of);
    return (await isAncestor(commit, parents[0])) || isAncestor(commit, parents[1]);
  };
  const line = (commit: string): Promise<SyncLine> => {
    const parents = joins.get(commit);
    const read = lines.get(commit) ?? (parents ? line(parents[0]) : commits.line(commit));
    lines.set(commit, read);
    return read;
  };
  return {
    has: async (commit) => joins.has(commit) || commits.has(commit),
    line,
    isAncestor,
    join: async (greater, lesser) => {
      const joined = await commits.join(greater, lesser);
      joins.set(joined, [greater, lesser]);
      return joined;
    },
  };
}
