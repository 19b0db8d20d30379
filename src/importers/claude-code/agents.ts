import type { Entry } from './skeleton.ts';
import type { Node, Tree } from './tree.ts';

export interface Agents {
  /** Agents whose final result stands in a turn. */
  finished: Map<Node, string[]>;
  /** Agents that a call started, by the call's id. */
  started: Map<string, string[]>;
}

/**
 * Returns which calls started which sub-agents and which turns hold their final results. Newer files name the agent in the
 * result (`toolUseResult.agentId`) or, for one in the background, in a later notification; in the oldest layout the agent's
 * records stand in the same file and are found by the prompt that its call passed on.
 */
export function agentsOf(entries: readonly Entry[], tree: Tree): Agents {
  tree.agents ??= told(entries, tree);
  return tree.agents;
}

function told(entries: readonly Entry[], tree: Tree): Agents {
  const agents: Agents = { finished: new Map(), started: new Map() };
  const inFile = threadsByCall(entries, tree);
  const background = new Set(entries.filter((entry) => entry.kind === 'result' && !entry.final).flatMap((entry) => entry.agent ?? []));
  for (const node of tree.nodes) {
    const done = new Set<string>();
    for (const entry of node.members.flatMap((index) => entries[index] ?? [])) {
      const call = entry.results?.[0] ?? '';
      if (entry.agent !== undefined && entry.kind === 'result') add(agents.started, call, entry.agent);
      if (entry.agent !== undefined && entry.final && (entry.kind === 'result' || background.has(entry.agent))) done.add(entry.agent);
      const own = entry.kind === 'result' && node.thread === '' ? inFile.get(call) : undefined;
      if (own !== undefined) done.add(own);
    }
    if (done.size > 0) agents.finished.set(node, [...done]);
  }
  for (const [call, agent] of inFile) add(agents.started, call, agent);
  return agents;
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key) ?? [];
  if (!list.includes(value)) map.set(key, [...list, value]);
}

/** Matches the threads inside the file to the calls by the digest of their prompt, both in file order. */
function threadsByCall(entries: readonly Entry[], tree: Tree): Map<string, string> {
  const calls = new Map<string, string[]>();
  entries.forEach((entry, index) => {
    if (tree.links.copies.has(index)) return;
    for (const [call, prompt] of entry.tasks ?? []) {
      const same = calls.get(prompt);
      if (same) same.push(call);
      else calls.set(prompt, [call]);
    }
  });
  const found = new Map<string, string>();
  const known = new Set<string>();
  for (const node of tree.nodes) {
    if (node.thread === '' || known.has(node.thread)) continue;
    known.add(node.thread);
    const call = calls.get(entries[node.opener]?.text ?? '')?.shift();
    if (call !== undefined) found.set(call, node.thread);
  }
  return found;
}
