import { fail } from '../errors.ts';
import { subjectOf } from '../model/subject.ts';
import type { Turn } from '../model/turn.ts';
import type { OpenTurn, StoredTurn } from '../store/entry.ts';
import type { Context } from './context.ts';
import type { ThreadTurn } from './in-progress.ts';
import { findTurn } from './revision.ts';
import type { Target } from './target.ts';
import { summarize } from './turn-summary.ts';
import { turnsOf } from './turns.ts';
import { wholeName } from './whole-name.ts';

/** A sub-agent's thread as a revision names it: the agent, and one of its turns. */
export interface NamedAgent {
  /** The start of its id. */
  name: string;
  turn?: string;
}

interface AgentThread {
  stored: StoredTurn[];
  /** Where no page tells it yet: its turns as raw tells them. */
  unsaved: Turn[];
}

/** Returns the target in the thread of a sub-agent that its turn started, itself or through another. Throws `unknown-agent`, `unknown-turn`. */
export async function agentTarget(context: Context, target: Target, of: ThreadTurn, named: NamedAgent): Promise<Target> {
  const { entry, name } = target;
  const id = await findAgent(context, target, of, named.name);
  const { stored, unsaved } = await agentThread(context, target, id);
  const open = unsaved.map((turn): OpenTurn => {
    const { n, role, parent, time } = turn;
    return { id: turn.id, parent, source: id, branch: '', n, role, subject: subjectOf(turn), ...(time === undefined ? {} : { time }) };
  });
  const current: ThreadTurn[] = stored.length > 0 ? stored : open;
  const turn =
    named.turn === undefined
      ? undefined
      : findTurn(current, named.turn, { id: entry.id, revision: wholeName({ ...target, agent: { id, turn: of.n } }) });
  const { turn: _of, ...rest } = target;
  return {
    ...rest,
    name: `${name}@${of.n}/${id}`,
    agent: { id, turn: of.n },
    thread: stored,
    open,
    current,
    built: new Map(unsaved.map((one) => [one.id, one])),
    ...(turn ? { turn } : {}),
  };
}

async function findAgent(context: Context, target: Target, of: ThreadTurn, name: string): Promise<string> {
  const all = new Set<string>();
  for (let level = await agentsOf(context, target, [of]); level.length > 0; ) {
    const fresh = level.filter((id) => !all.has(id));
    for (const id of fresh) all.add(id);
    const found = fresh.filter((id) => id.startsWith(name));
    const [first] = found.includes(name) ? [name] : found;
    if (first !== undefined && (found.length === 1 || first === name)) return first;
    if (found.length > 1) throw fail('unknown-agent', { agent: name, conversation: target.entry.id, turn: of.n, candidates: found });
    level = [];
    for (const id of fresh) {
      const { stored, unsaved } = await agentThread(context, target, id);
      level.push(...(await agentsOf(context, target, stored)), ...unsaved.flatMap((turn) => summarize(turn).agents));
    }
  }
  throw fail('unknown-agent', { agent: name, conversation: target.entry.id, turn: of.n, agents: [...all] });
}

async function agentsOf(context: Context, target: Target, turns: readonly ThreadTurn[]): Promise<string[]> {
  return (await turnsOf(context, target, turns)).flatMap((turn) => summarize(turn).agents);
}

async function agentThread(context: Context, { entry, branch }: Target, id: string): Promise<AgentThread> {
  const stored = branch.turns > 0 ? await (await context.reader()).agentThread(branch.tip, id) : [];
  if (stored.length > 0) return { stored, unsaved: [] };
  const found = await (await context.writing()).unsavedAgents(context, entry, new Set([id]));
  return { stored, unsaved: found.get(id) ?? [] };
}
