import { fail } from '../errors.ts';
import { exchangesOf } from '../model/exchange.ts';
import type { Turn } from '../model/turn.ts';
import type { OpenTurn, StoredTurn } from '../store/entry.ts';
import { conversationsOf } from '../store/joined.ts';
import type { Context } from './context.ts';
import { isOpen, isStored, type ThreadTurn } from './in-progress.ts';
import { type ConversationHead, findTarget, headOfTarget, type Target } from './target.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';
import { readTurns, requireStep, turnsOf } from './turns.ts';

/** folded: calls in a line each · full: everything · prompts: only what the person wrote · raw: bytes as stored. */
export type ShowMode = 'folded' | 'full' | 'prompts' | 'raw';

export interface ShowInput {
  revision: string;
  mode: ShowMode;
}

/** A turn to be read, with the sub-agents that it started. */
export interface ShownTurn {
  summary: TurnSummary;
  turn: Turn;
  /** Each where it is first named. */
  agents: ShownAgent[];
}

export interface ShownAgent {
  id: string;
  turns: ShownTurn[];
  /** Told by raw alone: the turn that holds its result has not come. */
  unsaved?: true;
}

export interface ShowResult {
  /** What to put before `@<turn>` to name this place again. */
  name: string;
  conversation: ConversationHead;
  mode: ShowMode;
  /** Root first; none in raw mode. */
  turns: ShownTurn[];
  /** Only this step of the one turn. */
  step?: number;
  /** Numbers of the turns around those shown. */
  before?: number;
  after?: number;
  /** Turns in progress behind those shown of which raw tells no more than this, oldest first. */
  open: OpenTurn[];
  /** In raw mode: the source records of the conversation, or the page of the turn that was named. */
  raw?: AsyncIterable<Uint8Array>;
}

/** Reads the turn that a revision names, or the last exchange of the conversation; what is in progress is read from raw. */
export async function show(context: Context, input: ShowInput): Promise<ShowResult> {
  const target = await findTarget(context, input.revision);
  const conversation = headOfTarget(target);
  if (input.mode === 'raw') return { name: target.name, conversation, mode: 'raw', turns: [], open: [], raw: rawOf(context, target) };
  const path = target.turn && !target.current.some(({ id }) => id === target.turn?.id) ? target.thread : target.current;
  const chosen = choose(target, input.mode);
  const turns = await shown(context, target, chosen);
  if (target.step !== undefined) requireStep(target, turns[0]?.turn, target.step);
  const [first, last] = [chosen[0], chosen.at(-1)].map((turn) => path.findIndex(({ id }) => id === turn?.id));
  const before = path[(first ?? 0) - 1];
  const after = last === undefined || last < 0 ? undefined : path[last + 1];
  return {
    name: target.name,
    conversation,
    mode: input.mode,
    turns,
    ...(target.step === undefined ? {} : { step: target.step }),
    ...(before && { before: before.n }),
    ...(after && { after: after.n }),
    open: after ? [] : target.open.filter(({ id }) => !turns.some(({ turn }) => turn.id === id)),
  };
}

function choose({ current, turn }: Target, mode: ShowMode): ThreadTurn[] {
  const prompts = (turns: readonly ThreadTurn[]) => turns.filter((one) => one.role === 'user');
  if (mode === 'prompts') return prompts(turn ? [turn] : current);
  if (turn) return [turn];
  const exchanges = exchangesOf(current).map(({ prompt, answers }) => [...(prompt ? [prompt] : []), ...answers]);
  const last = exchanges.at(-1) ?? [];
  // What a prompt that nobody has answered yet goes on from belongs to reading it.
  return last.length === 1 && last.every(isOpen) ? exchanges.slice(-2).flat() : last;
}

async function shown(context: Context, target: Target, chosen: readonly ThreadTurn[]): Promise<ShownTurn[]> {
  const reading = new Reading(context, target);
  const turns = await reading.turns(chosen.filter(isStored));
  turns.push(...(await reading.open(chosen.filter(isOpen))));
  await reading.unsavedAgents();
  const [named] = target.turn ? chosen : [];
  if (named && turns.length === 0) throw fail('turn-open', { turn: named.n, conversation: target.entry.id });
  return turns;
}

/** Reads turns with the threads of their sub-agents, each once: a transcript may name one many times, and in its own thread too. */
class Reading {
  private readonly context: Context;
  private readonly target: Target;
  private readonly seen = new Set<string>();
  private missing: ShownAgent[] = [];

  constructor(context: Context, target: Target) {
    this.context = context;
    this.target = target;
  }

  async turns(stored: readonly StoredTurn[]): Promise<ShownTurn[]> {
    const turns: ShownTurn[] = [];
    for await (const turn of readTurns(this.context, this.target.branch.tip, stored)) turns.push(await this.turn(turn));
    return turns;
  }

  /** Those in progress that raw gives. */
  async open(open: readonly OpenTurn[]): Promise<ShownTurn[]> {
    const turns: ShownTurn[] = [];
    for (const turn of await turnsOf(this.context, this.target, open)) {
      const told = await this.turn(turn);
      turns.push({ ...told, summary: { ...told.summary, open: true } });
    }
    return turns;
  }

  private async turn(turn: Turn): Promise<ShownTurn> {
    const reader = await this.context.reader();
    const { tip, turns: saved } = this.target.branch;
    const summary = summarize(turn);
    const agents: ShownAgent[] = [];
    for (const id of summary.agents) {
      if (this.seen.has(id)) continue;
      this.seen.add(id);
      const agent: ShownAgent = { id, turns: await this.turns(saved > 0 ? await reader.agentThread(tip, id) : []) };
      if (agent.turns.length === 0) this.missing.push(agent);
      agents.push(agent);
    }
    return { summary, turn, agents };
  }

  /** Reads from raw what no page tells of the agents that were named. */
  async unsavedAgents(): Promise<void> {
    while (this.missing.length > 0) {
      const agents = this.missing;
      this.missing = [];
      const writing = await this.context.writing();
      const found = await writing.unsavedAgents(this.context, this.target.entry, new Set(agents.map(({ id }) => id)));
      for (const agent of agents) {
        agent.unsaved = true;
        for (const turn of found.get(agent.id) ?? []) agent.turns.push(await this.turn(turn));
      }
    }
  }
}

async function* rawOf(context: Context, { entry, branch, turn, agent, current }: Target): AsyncIterable<Uint8Array> {
  const reader = await context.reader();
  if (turn && isOpen(turn)) throw fail('turn-open', { turn: turn.n, conversation: entry.id });
  if (turn) {
    for await (const page of reader.pages([turn])) yield Buffer.from(page, 'utf8');
    return;
  }
  if (agent) {
    const [open] = current.filter(isOpen);
    if (open) throw fail('turn-open', { turn: open.n, conversation: entry.id });
    for await (const page of reader.pages(current.filter(isStored))) yield Buffer.from(page, 'utf8');
    return;
  }
  for (const id of branch.home ? [branch.home.conversation] : conversationsOf(entry))
    for await (const { bytes } of reader.raw(id, entry.tool)) yield bytes;
}
