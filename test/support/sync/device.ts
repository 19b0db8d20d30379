import { type Card, compare, withBranch, withDeleted, withField, withTag } from '../../../src/model/card.ts';
import { hash } from '../../../src/model/hash.ts';
import type { ConversationId, ToolId, TurnId } from '../../../src/model/ids.ts';
import { place } from '../../../src/model/placement.ts';
import { isEarlier, variantKey } from '../../../src/model/sync/line.ts';
import { type Meeting, reconcile } from '../../../src/model/sync/reconcile.ts';
import { tombstoneTurns } from '../../../src/model/sync/tombstone.ts';
import { ModelObjects, type ModelTurn } from './commits.ts';
import type { ModelRemote } from './remote.ts';

export type Refs = Map<string, string>;
export type Cards = Map<string, Card>;

/** One machine: its own objects, branches and cards, the tools' files, and what it knows of the remote. */
export class ModelDevice {
  readonly objects = new ModelObjects();
  /** `<conversation>/<branch>` → tip. */
  refs: Refs = new Map();
  cards: Cards = new Map();
  /** The files of a tool: source → turns. */
  readonly native = new Map<string, ModelTurn[]>();
  /** What was ever on it, and what its user deleted. */
  readonly seen = new Map<string, ModelTurn>();
  readonly deleted: ModelTurn[] = [];
  private met: { refs: Refs; cards: Cards } = { refs: new Map(), cards: new Map() };
  private readonly clock: number;
  private ticks = 0;
  /** Branches that the last sync pushed. */
  sent = 0;

  constructor(clock: number) {
    this.clock = clock;
  }

  now(): number {
    this.ticks += 1;
    return this.clock + this.ticks;
  }

  branchesOf(conversation: string, refs = this.refs): Refs {
    const start = `${conversation}/`;
    return new Map([...refs].filter(([ref]) => ref.startsWith(start)).map(([ref, tip]) => [ref.slice(start.length), tip]));
  }

  private look(): void {
    for (const tip of this.refs.values())
      for (const turn of this.objects.get(tip).thread) this.seen.set(`${turn.turn} ${turn.kept} ${turn.body}`, turn);
  }

  importAll(): void {
    for (const [source, turns] of [...this.native].sort(([a], [b]) => compare(a, b))) this.importSource(source, turns);
    this.look();
  }

  private importSource(source: string, told: readonly ModelTurn[]): void {
    const first = told[0];
    if (!first) return;
    const id = `c${first.turn}` as ConversationId;
    const old = this.cards.get(id);
    const card: Card = structuredClone(old ?? { id, tool: 'codex' as ToolId, native: [], branches: {} });
    const sourceOf = (branch: string) => card.native.find((row) => row.branch === branch)?.source;
    const stored = [...this.branchesOf(id)].sort(([a], [b]) => Number(b === 'main') - Number(a === 'main') || compare(a, b));
    const offered = told.map(({ turn, kept }, at) => ({ turn, kept, parent: told[at - 1]?.turn ?? null, others: 0 }));
    const lines = stored.map(([branch, tip]) => this.objects.storedLine(branch, tip, sourceOf(branch)));
    const plan = place(lines, [{ source, turns: offered }], variantKey, card.deleted ?? []);
    const made: string[] = [];
    for (const { turn, after } of plan.actions) {
      const parent = after === null ? undefined : 'commit' in after ? after.commit : made[after.action];
      const page = told.find((one) => one.turn === turn) as ModelTurn;
      const before = parent === undefined ? [] : this.objects.get(parent).thread;
      const at = before.findIndex((one) => one.turn === turn);
      const thread = at < 0 ? [...before, page] : before.map((one, index) => (index === at ? page : one));
      made.push(this.objects.make({ parents: parent === undefined ? [] : [parent], thread, turn, time: 0 }));
    }
    for (const line of plan.lines) {
      const tip = 'commit' in line.tip ? line.tip.commit : (made[line.tip.action] as string);
      this.refs.set(`${id}/${line.branch}`, tip);
      card.branches[line.branch] = { ...card.branches[line.branch], at: tip };
      const isKnown = card.native.some((row) => row.source === source && row.branch === line.branch);
      if (line.sources.includes(source) && !isKnown) card.native.push({ tool: card.tool, source, branch: line.branch });
    }
    const active = plan.lines.find((line) => line.sources.includes(source))?.branch;
    if (plan.actions.length > 0) card.active = active ?? 'main';
    if (plan.lines.length > 0) this.cards.set(id, card);
  }

  fork(ref: string, at: string, name: string): void {
    const [conversation = ''] = ref.split('/');
    const card = this.cards.get(conversation);
    if (!card || card.branches[name] || card.deleted?.some((stone) => stone.ref === name)) return;
    this.refs.set(`${conversation}/${name}`, at);
    this.cards.set(conversation, withBranch(card, name, 'at', at));
  }

  merge(into: string, from: string): void {
    const [ours, theirs] = [this.refs.get(into) as string, this.refs.get(from) as string];
    if (this.objects.ancestors(ours).has(theirs)) return;
    const turn = hash('merge', ours, theirs).slice(0, 12) as TurnId;
    const thread = [...this.objects.get(ours).thread, { turn, kept: [], body: `m${turn}` }];
    this.refs.set(into, this.objects.make({ parents: [ours, theirs], thread, turn, time: this.now() }));
    this.look();
  }

  label(ref: string, text: string): void {
    const [conversation = '', branch = ''] = ref.split('/');
    const card = this.cards.get(conversation);
    if (!card) return;
    const edited = withField(withTag(card, text, !card.tagrev?.[text]), 'title', text);
    this.cards.set(conversation, withBranch(edited, branch, 'label', text));
  }

  delete(ref: string): void {
    const [conversation = '', branch = ''] = ref.split('/');
    const [tip, card] = [this.refs.get(ref), this.cards.get(conversation)];
    const others = [...this.branchesOf(conversation)].filter(([name]) => name !== branch);
    if (!tip || !card || others.length === 0) return;
    const elsewhere = new Set(others.flatMap(([, other]) => this.objects.get(other).thread.map(({ turn }) => turn)));
    for (const id of this.objects.ancestors(tip)) this.deleted.push(...this.objects.get(id).thread);
    const own = this.objects.get(tip).thread.filter(({ turn }) => !elsewhere.has(turn));
    const turns = tombstoneTurns(own.map(({ turn, kept, body }) => ({ turn, kept: body === undefined ? kept : [body] })));
    this.refs.delete(ref);
    this.cards.set(conversation, withDeleted(card, { ref: branch, at: tip, turns }));
  }

  /** Whether a turn, as it was seen, stands on a branch of these. */
  stands(turn: ModelTurn, refs: Refs): boolean {
    return [...refs.values()].some((tip) => this.objects.get(tip).thread.some((other) => isEarlier(turn, other)));
  }

  /** Fetches, reconciles and pushes once; `cut`: the line is dropped after so many refs. Returns whether all of it arrived. */
  async sync(remote: ModelRemote, { cut, between }: { cut?: number; between?: () => Promise<void> } = {}): Promise<boolean> {
    const cards: Cards = new Map(remote.cards);
    const refs: Refs = new Map(remote.refs);
    const catalogue = remote.version;
    for (const tip of refs.values()) this.objects.copyFrom(remote.objects, tip);
    const next = await this.reconcileAll(refs, cards);
    const known = new Set([...refs].map(([ref, tip]) => `${ref} ${tip}`));
    this.met = { refs: new Map([...refs]), cards };
    this.refs = next.refs;
    this.cards = next.cards;
    this.look();
    await between?.();
    this.sent = 0;
    for (const [ref, tip] of [...next.refs].filter(([ref, tip]) => !known.has(`${ref} ${tip}`))) {
      if (this.sent === cut) return false;
      if (!remote.push(this.objects, ref, refs.get(ref), tip)) return false;
      this.sent += 1;
    }
    for (const [ref, tip] of [...refs].filter(([ref]) => !next.refs.has(ref))) {
      if (this.sent === cut) return false;
      if (!remote.push(this.objects, ref, tip, undefined)) return false;
      this.sent += 1;
    }
    if (this.sent === cut || !remote.pushCards(catalogue, next.cards)) return false;
    this.met = { refs: new Map(next.refs), cards: new Map(next.cards) };
    return true;
  }

  private async reconcileAll(refs: Refs, cards: Cards): Promise<{ refs: Refs; cards: Cards }> {
    const next: { refs: Refs; cards: Cards } = { refs: new Map(), cards: new Map() };
    const ids = new Set([...this.refs, ...refs].map(([ref]) => ref.split('/')[0] as string).concat(...this.cards.keys(), ...cards.keys()));
    for (const id of [...ids].sort(compare)) {
      const base = this.branchesOf(id, this.met.refs);
      const meeting: Meeting = {
        local: { tips: this.branchesOf(id), card: this.cards.get(id) },
        remote: { tips: this.branchesOf(id, refs), card: cards.get(id) },
        base: { tips: base, card: this.met.cards.get(id) },
        published: new Set([...base.keys(), ...this.branchesOf(id, refs).keys()]),
      };
      const { tips, card } = await reconcile(meeting, this.objects);
      for (const [name, tip] of tips) next.refs.set(`${id}/${name}`, tip);
      if (card) next.cards.set(id, card);
    }
    return next;
  }
}
