import type { AgentThread, Thread } from '../../model/export/thread.ts';
import type { Turn } from '../../model/turn.ts';
import type { Context } from '../context.ts';
import type { Target } from '../target.ts';
import { readTurns, turnsUpTo } from '../turns.ts';
import { wholeName } from '../whole-name.ts';

/** Returns the thread that a revision stands for, with those of its sub-agents that have pages. */
export async function threadOfTarget(context: Context, target: Target): Promise<Thread> {
  const { id, tool, title, project, tags = [], status, priority, intent } = target.entry;
  const turns = await turnsUpTo(context, target);
  const labels = Object.fromEntries(Object.entries({ status, priority, intent }).filter(([, value]) => value !== undefined));
  return { id, tool, name: wholeName(target), title, project, tags, ...labels, turns, agents: await agentsOf(context, target, turns) };
}

/** Each agent once, where it is first named: a transcript may name one many times, and in its own thread too. */
async function agentsOf(context: Context, { branch }: Target, turns: readonly Turn[]): Promise<AgentThread[]> {
  const reader = await context.reader();
  const agents: AgentThread[] = [];
  const seen = new Set<string>();
  const queue = namedIn(turns);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id) || branch.turns === 0) continue;
    seen.add(id);
    const own: Turn[] = [];
    for await (const turn of readTurns(context, branch.tip, await reader.agentThread(branch.tip, id))) own.push(turn);
    if (own.length === 0) continue;
    agents.push({ id, turns: own });
    queue.push(...namedIn(own));
  }
  return agents;
}

const namedIn = (turns: readonly Turn[]): string[] =>
  turns.flatMap(({ steps }) =>
    steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? (part.agents ?? []) : []))),
  );
