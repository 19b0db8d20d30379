import type { TurnId } from '../model/ids.ts';
import { type Entry, type OpenTurn, type StoredTurn, shownBranches } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { type HistoryCommit, history } from './history.ts';
import { summarize, summarizeOpen, type TurnSummary } from './turn-summary.ts';
import { readTurns } from './turns.ts';

/** A turn of the graph of all branches of a conversation. */
export interface GraphNode {
  turn: TurnSummary;
  /** Ids of the turns that it came from: none for a first turn, several for a merge. */
  parents: string[];
  /** Branches whose last turn this is, by the names that people see. */
  tips: string[];
  /** Threads of sub-agents that it started. */
  agents: { id: string; turns: number }[];
}

interface Branched {
  /** What people see. */
  name: string;
  tip: Oid;
  thread: StoredTurn[];
}

/** Returns the turns of all branches of a conversation, each once, children before their parents, newest first. */
export async function graphOf(context: Context, entry: Entry): Promise<GraphNode[]> {
  const nodes = new Map<string, GraphNode>();
  const commits = await history(
    context,
    entry.branches.flatMap(({ tip, turns }) => (turns > 0 ? [tip] : [])),
  );
  const parents = parentsOf(commits);
  for (const branch of await branchesOf(context, entry)) {
    await addBranch(context, branch, parents, nodes);
    const last = branch.thread.at(-1);
    if (last) nodes.get(last.id)?.tips.push(branch.name);
  }
  for (const branch of await mergedOf(context, commits)) await addBranch(context, branch, parents, nodes);
  for (const turn of entry.open ?? []) addOpen(turn, nodes);
  for (const node of nodes.values()) node.parents = node.parents.filter((id) => nodes.has(id));
  return newestFirst(nodes);
}

/** The branches to draw: the active one first, those last that begin inside another one, since they number what they repeat anew. */
async function branchesOf(context: Context, entry: Entry): Promise<Branched[]> {
  const reader = await context.reader();
  const ordered = shownBranches(entry).sort((a, b) => Number(b.name === entry.active) - Number(a.name === entry.active));
  const branches = await Promise.all(
    ordered.map(async ({ tip, name, label }) => ({ name: label ?? name, tip, thread: await reader.thread(tip) })),
  );
  const inner = new Set(branches.flatMap(({ thread }) => thread.slice(1).map(({ id }) => id)));
  const isDetached = ({ thread }: Branched) => inner.has(thread[0]?.id ?? ('' as TurnId));
  return [...branches.filter((one) => !isDetached(one)), ...branches.filter(isDetached)];
}

type Commits = ReadonlyMap<Oid, HistoryCommit>;

/** Lines that were merged: their own branch may be gone. */
async function mergedOf(context: Context, commits: Commits): Promise<Branched[]> {
  const reader = await context.reader();
  const tips = [...commits.values()].flatMap(({ parents }) => parents.slice(1));
  return Promise.all(tips.map(async (tip) => ({ name: '', tip, thread: await reader.thread(tip) })));
}

async function addBranch(
  context: Context,
  { tip, thread }: Branched,
  parents: Map<string, Set<string>>,
  nodes: Map<string, GraphNode>,
): Promise<void> {
  const own = thread.filter((turn) => !nodes.has(turn.id));
  for await (const turn of readTurns(context, tip, own)) {
    const before = thread[thread.findIndex((one) => one.id === turn.id) - 1];
    const stated = parents.get(turn.id) ?? new Set();
    const summary = summarize(turn);
    nodes.set(turn.id, {
      turn: summary,
      parents: [...new Set([...(before ? [before.id] : []), ...stated])],
      tips: [],
      agents: await agentsOf(context, tip, summary.agents),
    });
  }
}

function addOpen(open: OpenTurn, nodes: Map<string, GraphNode>): void {
  const known = nodes.get(open.id);
  if (known) known.turn.open = true;
  else nodes.set(open.id, { turn: summarizeOpen(open), parents: open.parent === null ? [] : [open.parent], tips: [], agents: [] });
}

async function agentsOf(context: Context, tip: Oid, ids: readonly string[]): Promise<GraphNode['agents']> {
  const reader = await context.reader();
  return Promise.all(ids.map(async (id) => ({ id, turns: (await reader.agentThread(tip, id)).length })));
}

/** The turns that each turn's commit came from, past commits that carry no turn: what a merge adds to the thread's order. */
function parentsOf(commits: Commits): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { parents, turn } of commits.values()) {
    if (turn === undefined || parents.length < 2) continue;
    const from = parents.map((oid) => turnAt(commits, oid)).filter((one) => one !== undefined && one !== turn);
    found.set(turn, new Set([...(found.get(turn) ?? []), ...from] as string[]));
  }
  return found;
}

function turnAt(commits: Commits, from: Oid): string | undefined {
  for (let oid: Oid | undefined = from; oid !== undefined; oid = commits.get(oid)?.parents[0]) {
    const turn = commits.get(oid)?.turn;
    if (turn !== undefined) return turn;
  }
  return undefined;
}

/** Kahn's order over child counts; among those that are free the newest, and then the one whose line was just drawn. */
function newestFirst(nodes: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const children = new Map<string, number>();
  for (const node of nodes.values()) for (const parent of node.parents) children.set(parent, (children.get(parent) ?? 0) + 1);
  const free = [...nodes.values()].filter((node) => !children.has(node.turn.id));
  const ordered: GraphNode[] = [];
  while (free.length > 0) {
    free.sort((a, b) => compareTimes(a.turn, b.turn));
    const node = free.pop();
    if (!node) break;
    ordered.push(node);
    for (const parent of node.parents) {
      const left = (children.get(parent) ?? 0) - 1;
      children.set(parent, left);
      const next = nodes.get(parent);
      if (left === 0 && next) free.push(next);
    }
  }
  return ordered;
}

function compareTimes(a: TurnSummary, b: TurnSummary): number {
  const [left, right] = [a.time ?? '', b.time ?? ''];
  return left < right ? -1 : left > right ? 1 : a.n - b.n;
}
