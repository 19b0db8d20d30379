import { fail } from '../errors.ts';
import type { Turn } from '../model/turn.ts';
import type { OpenTurn, StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { exchangesOf } from './exchange.ts';
import { type ConversationHead, findTarget, headOfTarget, openTurns, type Target } from './target.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';
import { readTurns } from './turns.ts';

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
  /** Turns in progress behind those shown, oldest first. */
  open: OpenTurn[];
  /** In raw mode: the source records of the conversation, or the page of the turn that was named. */
  raw?: AsyncIterable<Uint8Array>;
}

/** Reads the turn that a revision names, or the last exchange of the conversation. */
export async function show(context: Context, input: ShowInput): Promise<ShowResult> {
  const target = await findTarget(context, input.revision);
  const conversation = headOfTarget(target);
  if (input.mode === 'raw') return { name: target.name, conversation, mode: 'raw', turns: [], open: [], raw: rawOf(context, target) };
  const chosen = choose(target, input.mode);
  const turns = await shown(context, target.branch.tip, chosen);
  if (target.step !== undefined) checkStep(target, turns[0], target.step);
  const [first, last] = [chosen[0], chosen.at(-1)];
  const before = first && target.thread[target.thread.indexOf(first) - 1];
  const after = last && target.thread[target.thread.indexOf(last) + 1];
  return {
    name: target.name,
    conversation,
    mode: input.mode,
    turns,
    ...(target.step === undefined ? {} : { step: target.step }),
    ...(before && { before: before.n }),
    ...(after && { after: after.n }),
    open: after ? [] : openTurns(target),
  };
}

function choose({ thread, turn }: Target, mode: ShowMode): StoredTurn[] {
  const prompts = (turns: readonly StoredTurn[]) => turns.filter((one) => one.role === 'user');
  if (mode === 'prompts') return prompts(turn ? [turn] : thread);
  if (turn) return [turn];
  const last = exchangesOf(thread).at(-1);
  return last ? [...(last.prompt ? [last.prompt] : []), ...last.answers] : [];
}

/** `seen`: agents that are told already; a transcript may name one many times, and in its own thread too. */
async function shown(context: Context, tip: Oid, chosen: readonly StoredTurn[], seen = new Set<string>()): Promise<ShownTurn[]> {
  const reader = await context.reader();
  const turns: ShownTurn[] = [];
  for await (const turn of readTurns(context, tip, chosen)) {
    const summary = summarize(turn);
    const agents: ShownAgent[] = [];
    for (const id of summary.agents) {
      if (seen.has(id)) continue;
      seen.add(id);
      agents.push({ id, turns: await shown(context, tip, await reader.agentThread(tip, id), seen) });
    }
    turns.push({ summary, turn, agents });
  }
  return turns;
}

function checkStep({ entry }: Target, turn: ShownTurn | undefined, step: number): void {
  const last = turn?.turn.steps.length ?? 0;
  if (step < 1 || step > last) throw fail('unknown-step', { conversation: entry.id, turn: turn?.turn.n ?? 0, step, last });
}

async function* rawOf(context: Context, { entry, turn }: Target): AsyncIterable<Uint8Array> {
  const reader = await context.reader();
  if (turn) {
    for await (const page of reader.pages([turn])) yield Buffer.from(page, 'utf8');
    return;
  }
  for await (const { bytes } of reader.raw(entry.id, entry.tool)) yield bytes;
}
