import { subjectOf } from '../model/subject.ts';
import type { Entry, StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { readTurns } from './turns.ts';

/** The thread of a sub-agent. */
export interface ListedAgent {
  id: string;
  turns: number;
  /** What it was asked. */
  title: string;
}

/** Returns the threads of the sub-agents that stand on the active branch of each conversation, in the order in which they began. */
export async function agentsOf(context: Context, entries: readonly Entry[]): Promise<Map<string, ListedAgent[]>> {
  const found = new Map<string, ListedAgent[]>();
  for (const { id, agents = [], branches, active } of entries) {
    const tip = branches.find(({ name }) => name === active)?.tip;
    if (tip !== undefined && agents.length > 0) found.set(id, await agentsAt(context, tip, agents));
  }
  return found;
}

async function agentsAt(context: Context, tip: Oid, ids: readonly string[]): Promise<ListedAgent[]> {
  const reader = await context.reader();
  const threads: { id: string; turns: number; first: StoredTurn }[] = [];
  for (const id of ids) {
    const thread = await reader.agentThread(tip, id);
    if (thread[0]) threads.push({ id, turns: thread.length, first: thread[0] });
  }
  const told: (ListedAgent & { time: string })[] = [];
  for await (const turn of readTurns(
    context,
    tip,
    threads.map(({ first }) => first),
  )) {
    const thread = threads[told.length];
    if (thread) told.push({ id: thread.id, turns: thread.turns, title: subjectOf(turn), time: turn.time ?? '' });
  }
  told.sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? -1 : 1));
  return told.map(({ time: _, ...agent }) => agent);
}
