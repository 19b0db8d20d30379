import { hash } from '../../../src/model/hash.ts';
import type { TurnId } from '../../../src/model/ids.ts';
import type { Line, LineTurn } from '../../../src/model/placement.ts';
import type { SyncLine } from '../../../src/model/sync/line.ts';
import type { Commits } from '../../../src/model/sync/reconcile.ts';

/** A turn as it stands in a tree: what people make has a body instead of records. */
export interface ModelTurn {
  turn: TurnId;
  kept: readonly string[];
  body?: string;
}

export interface ModelCommit {
  id: string;
  parents: readonly string[];
  thread: readonly ModelTurn[];
  /** The turn that it brings; none for a join. */
  turn?: TurnId;
  time: number;
}

/** The objects of one device, or of the remote: nothing comes in but by `copyFrom`. */
export class ModelObjects implements Commits {
  readonly commits = new Map<string, ModelCommit>();
  private readonly reach = new Map<string, ReadonlySet<string>>();

  get(id: string): ModelCommit {
    const commit = this.commits.get(id);
    if (!commit) throw new Error(`the device has no commit ${id}`);
    return commit;
  }

  make(commit: Omit<ModelCommit, 'id'>): string {
    const id = hash(JSON.stringify(commit)).slice(0, 40);
    this.commits.set(id, { id, ...commit });
    return id;
  }

  /** Every commit that this one reaches, itself included. */
  ancestors(id: string): ReadonlySet<string> {
    const known = this.reach.get(id);
    if (known) return known;
    const all = new Set([id]);
    for (const one of all) for (const parent of this.get(one).parents) all.add(parent);
    this.reach.set(id, all);
    return all;
  }

  /** Takes what a tip reaches from another place: what a fetch or a push sends. */
  copyFrom(other: ModelObjects, tip: string): void {
    for (const id of other.ancestors(tip)) this.commits.set(id, other.get(id));
  }

  async has(id: string): Promise<boolean> {
    return this.commits.has(id);
  }

  async line(id: string): Promise<SyncLine> {
    const turns = this.get(id).thread.map(({ turn, kept, body }) => ({ turn, kept: body === undefined ? kept : [body], others: 0 }));
    return { turns, rank: 0 };
  }

  async isAncestor(id: string, of: string): Promise<boolean> {
    return this.ancestors(of).has(id);
  }

  async join(greater: string, lesser: string): Promise<string> {
    const [first, second] = [this.get(greater), this.get(lesser)];
    return this.make({ parents: [greater, lesser], thread: first.thread, time: Math.max(first.time, second.time) });
  }

  /** A branch as placement sees it: the turns along first parents, each with the newest commit that brought it. */
  storedLine(branch: string, tip: string, source: string | undefined): Line {
    const records = new Map(this.get(tip).thread.map(({ turn, kept }) => [turn, kept]));
    const chain: ModelCommit[] = [];
    for (let at: string | undefined = tip; at !== undefined; at = this.get(at).parents[0]) chain.push(this.get(at));
    const turns: LineTurn[] = [];
    for (const { id, turn } of chain.reverse()) {
      const last = turns.at(-1);
      if (turn === undefined) continue;
      if (last?.turn === turn) last.point = { commit: id };
      else if (!turns.some((one) => one.turn === turn))
        turns.push({ turn, n: turns.length + 1, kept: records.get(turn) ?? [], others: 0, point: { commit: id } });
    }
    return { branch, tip: { commit: tip }, turns, sources: source === undefined ? [] : [source] };
  }
}
