import type { TurnOutline } from '../../importers/importer.ts';
import type { TurnId } from '../../model/ids.ts';
import { redact } from '../../model/redaction.ts';
import { threadOf } from '../../store/branches.ts';
import type { GitEngine, Named, ObjectWriter, Oid } from '../../store/git.ts';
import { agentFolder, turnPath } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import { recordsOf } from '../../store/stored-lines.ts';
import type { FamilyRun } from './family.ts';
import { type Scanned, turnsOf } from './scan.ts';
import { writeTurn } from './turn-files.ts';

interface AgentThread {
  scanned: Scanned;
  turns: TurnOutline[];
}

/** The sub-agent threads of a conversation, by native agent id: files of their own, and records inside a main file. */
export type AgentThreads = ReadonlyMap<string, AgentThread>;

/** Returns the agent threads that a run has read for a conversation. */
export function agentThreads(run: FamilyRun): AgentThreads {
  const threads = new Map<string, AgentThread>();
  for (const scanned of run.agents) if (scanned.facts.agent) threads.set(scanned.facts.agent.id, { scanned, turns: scanned.turns });
  for (const scanned of run.members) {
    for (const turn of scanned.turns) {
      if (turn.agent === undefined) continue;
      const thread = threads.get(turn.agent);
      if (thread?.scanned === scanned) thread.turns.push(turn);
      else if (!thread) threads.set(turn.agent, { scanned, turns: [turn] });
    }
  }
  return threads;
}

/** Tells whether a tree holds less of an agent's thread than was read of it: a page is not there, or has fewer records. */
export async function isBehind(engine: GitEngine, tip: Oid, agent: string, threads: AgentThreads): Promise<boolean> {
  const thread = threads.get(agent);
  if (!thread) return false;
  const folder = agentFolder(agent);
  const stored = new Map((await threadOf(engine, tip, folder)).map(({ path, blob }) => [path, blob]));
  const numbers = numbersOf(thread.turns);
  for (const { id, role, records } of thread.turns) {
    const path = folder + turnPath(numbers.get(id) ?? 1, role, id);
    const blob = stored.get(path);
    if (blob === undefined) return true;
    const { kept, others } = recordsOf(Buffer.from((await engine.read(blob))?.content ?? []).toString('utf8'), path);
    if (records.kept.length + records.others.length > kept.length + others.length) return true;
  }
  return false;
}

function numbersOf(turns: readonly TurnOutline[]): ReadonlyMap<TurnId, number> {
  const numbers = new Map<TurnId, number>();
  for (const { id, parent } of turns) numbers.set(id, parent === null ? 1 : (numbers.get(parent) ?? 0) + 1);
  return numbers;
}

/** Writes the threads of these agents, and of the agents that those started; returns their paths in the tree. */
export async function writeAgents(
  store: Store,
  writer: ObjectWriter,
  threads: AgentThreads,
  ids: readonly string[],
): Promise<[string, Named | null][]> {
  const changes: [string, Named | null][] = [];
  const seen = new Set<string>();
  const queue = [...ids];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const thread = threads.get(id);
    if (!thread || seen.has(id)) continue;
    seen.add(id);
    queue.push(...thread.turns.flatMap(({ agents }) => agents));
    changes.push(...(await writeThread(store, writer, thread, agentFolder(id))));
  }
  return changes;
}

async function writeThread(
  store: Store,
  writer: ObjectWriter,
  { scanned, turns }: AgentThread,
  folder: string,
): Promise<[string, Named | null][]> {
  const changes: [string, Named | null][] = [];
  const numbers = numbersOf(turns);
  for await (const turn of turnsOf(scanned, store.host, new Set(numbers.keys())))
    changes.push(...(await writeTurn(writer, redact({ ...turn, n: numbers.get(turn.id) ?? 1 }), (await store.profile())?.limits, folder)));
  return changes;
}
