import type { Card, Tombstone } from '../../model/card.ts';
import { printConversation } from '../../model/conversation.ts';
import type { ConversationId, TurnId } from '../../model/ids.ts';
import type { LabelChange } from '../../model/labels.ts';
import { type Action, type Line, type LineTurn, type OfferedSource, type Placement, type Point, place } from '../../model/placement.ts';
import { redact } from '../../model/redaction.ts';
import { subjectOf } from '../../model/subject.ts';
import { variantKey } from '../../model/sync/line.ts';
import { isWeakTitle, titleOf } from '../../model/title.ts';
import type { Turn } from '../../model/turn.ts';
import { commitText } from '../../store/commit.ts';
import type { OpenTurn } from '../../store/entry.ts';
import type { Named, NewCommit, Oid } from '../../store/git.ts';
import { branchPrefix, branchRef, conversationFile } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import { type StoredLines, storedLines } from '../../store/stored-lines.ts';
import type { Transaction } from '../../store/transaction.ts';
import { readResumed } from '../resume/resumed.ts';
import { type AgentThreads, agentThreads, isBehind, writeAgents } from './agents.ts';
import { withToldNames } from './exported.ts';
import type { FamilyRun } from './family.ts';
import { isMarked, madeIn, resumedTurn } from './marks.ts';
import { type ToldOfBranches, WrittenHeads } from './new-entry.ts';
import { isFinished } from './rest.ts';
import { type Scanned, turnsOf } from './scan.ts';
import { sourceName } from './source-names.ts';
import { writeTurn } from './turn-files.ts';

/** A conversation after its turns were written. */
export interface WrittenFamily {
  run: FamilyRun;
  lines: Line[];
  /** Where every branch stands now. */
  tips: Map<string, Named>;
  /** Seconds since 1970 of the tips. */
  times: Map<string, number>;
  turnsAdded: number;
  branchesAdded: number;
  /** Unfinished turns by source. */
  open: Map<Scanned, OpenTurn[]>;
  /** What the prompts that were built now would make of a title. */
  title?: string;
  /** Of a new conversation: what the listing needs of its turns. */
  told?: ToldOfBranches;
  /** The card in the catalogue: the old one at first, the new one when it is written. */
  card?: Card;
  /** Labels that an export brought to the card that was here. */
  labels?: LabelChange['field'][];
}

export interface WriteOptions {
  store: Store;
  transaction: Transaction;
  /** Branch → sources, as the card binds them. */
  sourcesOf: (branch: string) => readonly string[];
  /** Branches that were deleted. */
  deleted: readonly Tombstone[];
}

/** Writes the new turns of a conversation's sources as commits, and the moves of its branches. */
export async function writeFamily(run: FamilyRun, options: WriteOptions): Promise<WrittenFamily> {
  const stored = run.isNew ? nothingStored : await storedFamily(run, options);
  const offered = run.members.map((member) => offer(member, run.id));
  const placement = withToldNames(place(stored.lines, offered, variantKey, options.deleted), { run, ...options, stored: stored.lines });
  const family = new FamilyWriter(run, options, stored, placement);
  for (const [index, member] of run.members.entries()) await family.writeSource(member, index);
  await family.writeLateAgents();
  return family.finish();
}

const nothingStored: StoredLines = { lines: [], times: new Map(), tips: new Map() };

/** Records are known where the source itself placed the turn, on the branch bound to it. */
async function storedFamily(run: FamilyRun, { store, transaction, sourcesOf }: WriteOptions): Promise<StoredLines> {
  const tips = (await transaction.refs()).below(branchPrefix(run.tool, run.id));
  const bySource = new Map(
    run.members.map((member) => [sourceName(member), { member, turns: new Map(member.turns.map((turn) => [turn.id, turn])) }]),
  );
  return storedLines(store.engine, tips, sourcesOf, (branch, turn) => {
    for (const name of sourcesOf(branch)) {
      const source = bySource.get(name);
      const isThere = source?.member.placedAt[branch] === tips.get(branch);
      const placed = isThere ? source?.member.placed[turn] : undefined;
      const kept = source?.turns.get(turn)?.records.kept;
      if (placed && kept && (kept[placed[0] - 1] ?? '') === placed[1]) return { kept: kept.slice(0, placed[0]), others: placed[2] };
    }
    return undefined;
  });
}

function offer(member: Scanned, id: ConversationId): OfferedSource {
  const turns = member.turns.filter((turn) => turn.agent === undefined && isFinished(turn, member.idle));
  const resumes = resumedTurn(member, id, new Set(turns.map((turn) => turn.id)));
  return {
    source: sourceName(member),
    turns: turns.map(({ id: turn, parent, records, marked }) => ({
      ...{ turn, parent, kept: records.kept, others: records.others.length },
      ...(marked ? { marked } : {}),
    })),
    ...(member.base ? { base: member.base } : {}),
    ...(resumes ? { resumes } : {}),
  };
}

class FamilyWriter {
  private readonly run: FamilyRun;
  private readonly options: WriteOptions;
  private readonly stored: StoredLines;
  private readonly placement: Placement;
  private readonly threads: AgentThreads;
  private readonly commits: { named: Named; time: number }[] = [];
  private readonly open = new Map<Scanned, OpenTurn[]>();
  private readonly heads = new WrittenHeads();
  private title: string | undefined;
  /** Stored turns whose agents arrived later. */
  private readonly waiting: { branch: string; turn: Turn; agents: readonly string[] }[] = [];
  /** Commits behind a line's own actions: agents that arrived later. */
  private readonly late = new Map<string, { named: Named; time: number }>();

  constructor(run: FamilyRun, options: WriteOptions, stored: StoredLines, placement: Placement) {
    this.run = run;
    this.options = options;
    this.stored = stored;
    this.placement = placement;
    this.threads = agentThreads(run);
  }

  async writeSource(member: Scanned, offered: number): Promise<void> {
    const actions = new Map<TurnId, [index: number, action: Action]>();
    for (const [index, action] of this.placement.actions.entries())
      if (action.offered === offered) actions.set(action.turn, [index, action]);
    const open = new Set((await this.openTurns(member)).map(({ id }) => id));
    const late = await this.lateAgents(member, actions);
    const ids = new Set([...actions.keys(), ...open, ...late.keys()]);
    if (ids.size === 0) return;
    const agents = new Map(member.turns.map((turn) => [turn.id, turn.agents]));
    for await (const turn of turnsOf(member, this.options.store.host, ids)) {
      const action = actions.get(turn.id);
      if (action) await this.writeAction(member, action, turn, agents.get(turn.id) ?? []);
      else if (open.has(turn.id)) this.addOpen(member, turn);
      const branch = late.get(turn.id);
      if (branch) this.waiting.push({ branch, turn, agents: agents.get(turn.id) ?? [] });
    }
  }

  /** Writes the agents of stored turns, behind all turns that were written now. */
  async writeLateAgents(): Promise<void> {
    for (const { branch, turn, agents } of this.waiting) await this.writeLate(branch, turn, agents);
  }

  private async writeAction(member: Scanned, [index, action]: [number, Action], built: Turn, agents: readonly string[]): Promise<void> {
    const { store, transaction } = this.options;
    const turn: Turn = { ...built, n: action.n, parent: action.parent, ...madeIn(member, this.run) };
    if (turn.role === 'user' && action.kind === 'turn') this.title = betterTitle(this.title, turn);
    const changes = await writeTurn(transaction.writer, redact(turn), (await store.profile())?.limits);
    changes.push(...(await writeAgents(store, transaction.writer, this.threads, agents)));
    if (action.after === null) changes.push([conversationFile, await this.conversation()]);
    if (this.run.isNew)
      this.heads.add(
        turn,
        changes.map(([path]) => path),
      );
    this.commits[index] = await this.commit(turn, changes, action.after === null ? undefined : this.at(action.after));
  }

  private async commit(turn: Turn, changes: NewCommit['changes'], parent: { named: Named; time: number } | undefined) {
    const { id, n, role, model, time, ended } = turn;
    const text = commitText({ turn: id, n, role, model, subject: subjectOf(turn), time: ended ?? time, parentTime: parent?.time });
    const named = await this.options.transaction.writer.commit({ parents: parent ? [parent.named] : [], changes, text });
    return { named, time: text.time };
  }

  private at(point: Point): { named: Named; time: number } {
    if ('commit' in point) return { named: point.commit as Oid, time: this.stored.times.get(point.commit) ?? 0 };
    const commit = this.commits[point.action];
    if (!commit) throw new Error(`action ${point.action} was planned but its turn was not read`);
    return commit;
  }

  private conversation() {
    const { tool, id, origin } = this.run;
    return this.options.transaction.writer.blob(Buffer.from(printConversation({ tool, id, origin })));
  }

  /** Turns that still go on; not those that stand here as they are already, nor any of what convo wrote and nobody went on with. */
  private async openTurns(member: Scanned): Promise<Scanned['turns']> {
    const open = member.turns.filter((turn) => turn.agent === undefined && !isFinished(turn, member.idle));
    if (open.length === 0) return open;
    if (isMarked(member) && (await readResumed(this.options.store)).get(member.facts.native) === member.source.stamp.size) return [];
    const standing = this.stored.lines.flatMap(({ turns }) => turns);
    return open.filter(({ id, marked, records: { kept, others } }) => {
      const isSame = (turn: LineTurn) =>
        turn.turn === id && (marked ? marked === 'whole' : turn.kept.join() === kept.join() && turn.others >= others.length);
      return !standing.some(isSame);
    });
  }

  private addOpen(member: Scanned, turn: Turn): void {
    const open = this.open.get(member) ?? [];
    const source = sourceName(member);
    const parent = turn.parent ?? member.base ?? null;
    const { branch, n: before } = open.find(({ id }) => id === parent) ?? this.placeOf(parent, source);
    const n = before + 1;
    const subject = subjectOf({ ...turn, n });
    open.push({ id: turn.id, parent, source, branch, n, role: turn.role, subject, ...(turn.time ? { time: turn.time } : {}) });
    this.open.set(member, open);
  }

  /** The branch on which a turn stands, rather one of this source, and its number there. */
  private placeOf(turn: TurnId | null, source: string): Pick<OpenTurn, 'branch' | 'n'> {
    const places = this.placement.lines.flatMap((line) => line.turns.filter((one) => one.turn === turn).map(({ n }) => ({ line, n })));
    const place = places.find(({ line }) => line.sources.includes(source)) ?? places[0];
    return { branch: place?.line.branch ?? 'main', n: place?.n ?? 0 };
  }

  /** Stored turns of which agents were read now that do not stand in the tree yet, or not in full, with the branch to add them to. */
  private async lateAgents(member: Scanned, actions: ReadonlyMap<TurnId, unknown>): Promise<Map<TurnId, string>> {
    const late = new Map<TurnId, string>();
    const { engine } = this.options.store;
    const candidates = member.turns.filter(({ id, agents }) => !actions.has(id) && agents.some((agent) => this.threads.has(agent)));
    for (const { id, agents } of candidates) {
      const line = this.stored.lines.find(
        ({ sources, turns }) => sources.includes(sourceName(member)) && turns.some(({ turn }) => turn === id),
      );
      if (!line || !('commit' in line.tip)) continue;
      for (const agent of agents) if (await isBehind(engine, line.tip.commit as Oid, agent, this.threads)) late.set(id, line.branch);
    }
    return late;
  }

  private async writeLate(branch: string, built: Turn, agents: readonly string[]): Promise<void> {
    const { store, transaction } = this.options;
    const line = this.placement.lines.find((candidate) => candidate.branch === branch);
    const n = line?.turns.find(({ turn }) => turn === built.id)?.n ?? 0;
    const changes = await writeAgents(store, transaction.writer, this.threads, agents);
    if (line && changes.length > 0)
      this.late.set(branch, await this.commit({ ...built, n }, changes, this.late.get(branch) ?? this.at(line.tip)));
  }

  finish(): WrittenFamily {
    const { run, placement, stored, open, title } = this;
    const tips = new Map<string, Named>();
    const times = new Map<string, number>();
    for (const { branch, tip } of placement.lines) {
      const { named, time } = this.late.get(branch) ?? this.at(tip);
      const from = stored.tips.get(branch) ?? null;
      if (named !== from) this.options.transaction.move(branchRef(run.tool, run.id, branch), from, named);
      tips.set(branch, named);
      times.set(branch, time);
    }
    const turnsAdded = placement.actions.filter(({ kind }) => kind === 'turn').length;
    return {
      run,
      lines: placement.lines,
      tips,
      times,
      turnsAdded,
      branchesAdded: placement.lines.length - stored.lines.length,
      open,
      ...(title === undefined ? {} : { title }),
      ...(run.isNew ? { told: this.heads.of(placement.lines) } : {}),
    };
  }
}

/** The first title that is not weak stays; before it, the first of all. */
function betterTitle(title: string | undefined, prompt: Turn): string | undefined {
  if (title !== undefined && !isWeakTitle(title)) return title;
  const next = titleOf([prompt]);
  return title === undefined || (next !== undefined && !isWeakTitle(next)) ? next : title;
}
