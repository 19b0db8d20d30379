import type { Part, Turn } from '../../model/turn.ts';
import type { GitEngine, NewCommit, Oid } from '../../store/git.ts';
import { treesOf } from '../../store/trees.ts';
import type { Context } from '../context.ts';
import { attachmentsOf, readTurns } from '../turns.ts';

/** Returns the pages and attachments of the sub-agents that a turn started, and of those that these started, as they stand in a tree. */
export async function copyAgents(context: Context, engine: GitEngine, tip: Oid, turn: Turn): Promise<NewCommit['changes']> {
  const queue = agentsIn(turn);
  if (queue.length === 0) return [];
  const reader = await context.reader();
  const [attachments = []] = await treesOf(engine, [`${tip}:attachments`]);
  const changes = new Map<string, Oid>();
  const seen = new Set<string>();
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const thread = await reader.agentThread(tip, id);
    for (const { path, blob } of thread) changes.set(path, blob);
    for await (const page of reader.pages(thread)) {
      const linked = attachmentsOf(page);
      for (const { name, oid } of attachments)
        if (linked.some((link) => name === link || name.startsWith(`${link}.`))) changes.set(`attachments/${name}`, oid);
    }
    for await (const one of readTurns(context, tip, thread)) queue.push(...agentsIn(one));
  }
  return [...changes];
}

const agentsOf = (part: Part): string[] => (part.kind === 'tool-call' ? (part.agents ?? []) : []);
const agentsIn = ({ steps }: Turn): string[] => steps.flatMap(({ parts }) => parts.flatMap(agentsOf));
