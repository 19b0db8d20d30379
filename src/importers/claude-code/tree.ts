import type { TurnId } from '../../model/ids.ts';
import type { Role } from '../../model/turn.ts';
import type { Agents } from './agents.ts';
import { isOpening, type Links, link } from './links.ts';
import { removedPrompts } from './queue.ts';
import type { Entry } from './skeleton.ts';

/** A turn as indexes into the entries. */
export interface Node {
  role: Role;
  parent: Node | undefined;
  /** The record whose uuid names the turn. */
  opener: number;
  /** Its records in chain order; a prompt that only the queue tells of stands behind the record it followed. */
  members: number[];
  /** The one assistant turn behind a user turn. */
  answer?: Node;
  /** True for a turn of shell commands that a prompt has joined. */
  joined?: true;
  /** True for what a fork tells of before its first compaction: the client keeps what was said, and no counts of tokens. */
  copied?: true;
  /** Native id of the agent's thread, '' for the main one. */
  thread: string;
  /** Once it was asked for. */
  id?: TurnId;
}

export interface Tree {
  /** Parents first, else in the order of their first record in the file. */
  nodes: Node[];
  links: Links;
  /** For each record the turn that goes on behind it. */
  under: (Node | undefined)[];
  /** Once they were asked for. */
  agents?: Agents;
}

interface Growth {
  entries: readonly Entry[];
  links: Links;
  nodes: Node[];
  under: (Node | undefined)[];
  /** For each record the turn that it is part of. */
  home: (Node | undefined)[];
  /** Records that are part of the next turn. */
  leads: Set<number>;
  /** The turn of each call, by thread and by the id of the call. */
  calls: Map<string, Map<string, Node>>;
}

/** Returns the tree of turns of a file (turns.md 1), from its skeleton alone. */
export function assemble(entries: readonly Entry[], complete: boolean): Tree {
  const links = link(entries, complete);
  const growth: Growth = { entries, links, nodes: [], under: [], home: [], leads: new Set(), calls: new Map() };
  for (const index of links.order) place(growth, index);
  for (const index of links.order) {
    const kind = entries[index]?.kind;
    if (kind === 'result' || kind === 'skill') growth.home[index] = calledBy(growth, index) ?? growth.home[index];
    growth.home[index]?.members.push(index);
  }
  addRemovedPrompts(growth);
  return { nodes: inOrder(growth.nodes), links, under: growth.under };
}

function place(growth: Growth, index: number): void {
  const entry = growth.entries[index];
  if (!entry) return;
  const parent = growth.links.parent[index] ?? -1;
  const above = parent < 0 ? undefined : growth.under[parent];
  if (isOpening(entry)) settle(growth, index, opened(growth, index, entry, above));
  else if (entry.kind === 'assistant') {
    const node = answered(growth, index, above);
    settle(growth, index, node);
    if (entry.calls) noteCalls(growth, entry.calls, node);
  } else if (entry.kind === 'result' || entry.kind === 'skill') {
    const loose = !above || growth.links.guessed.has(index);
    const node = (loose ? calledBy(growth, index) : undefined) ?? above;
    if (node) settle(growth, index, node);
    else lead(growth, index, undefined);
  } else if (entry.kind === 'lead' || entry.kind === 'boundary' || !above || growth.leads.has(parent)) lead(growth, index, above);
  else settle(growth, index, above);
}

function opened(growth: Growth, index: number, entry: Entry, above: Node | undefined): Node {
  const before = above?.role === 'user' && !above.answer ? growth.entries[above.opener]?.kind : undefined;
  if (above && before === 'summary' && entry.compacts) return above;
  if (above && before === 'shell' && !above.joined && (entry.kind === 'shell' || entry.kind === 'prompt' || entry.kind === 'command')) {
    if (entry.kind !== 'shell') above.joined = true;
    return above;
  }
  return open(growth, 'user', index, above);
}

function answered(growth: Growth, index: number, above: Node | undefined): Node {
  if (above?.role === 'assistant') return above;
  const node = above?.answer ?? open(growth, 'assistant', index, above);
  if (above) above.answer = node;
  return node;
}

function open(growth: Growth, role: Role, opener: number, parent: Node | undefined): Node {
  const node: Node = { role, parent, opener, members: [], thread: growth.links.thread[opener] ?? '' };
  if (growth.links.kept.has(growth.entries[opener]?.id ?? '')) node.copied = true;
  growth.nodes.push(node);
  return node;
}

function noteCalls(growth: Growth, ids: readonly string[], node: Node): void {
  const calls = growth.calls.get(node.thread) ?? new Map<string, Node>();
  growth.calls.set(node.thread, calls);
  for (const id of ids) if (!calls.has(id)) calls.set(id, node);
}

function calledBy(growth: Growth, index: number): Node | undefined {
  const calls = growth.calls.get(growth.links.thread[index] ?? '');
  for (const call of growth.entries[index]?.results ?? []) {
    const node = calls?.get(call);
    if (node) return node;
  }
  return undefined;
}

function lead(growth: Growth, index: number, above: Node | undefined): void {
  growth.under[index] = above;
  growth.leads.add(index);
}

/** Puts a record, and what leads it, into a turn. */
function settle(growth: Growth, index: number, node: Node): void {
  growth.under[index] = node;
  growth.home[index] = node;
  for (let at = growth.links.parent[index] ?? -1; at >= 0 && growth.leads.has(at) && !growth.home[at]; at = growth.links.parent[at] ?? -1)
    growth.home[at] = node;
}

function addRemovedPrompts(growth: Growth): void {
  for (const { prompt, after } of removedPrompts(growth.entries, growth.links)) {
    const running = after < 0 ? undefined : growth.under[after];
    const node = running?.role === 'user' ? (running.answer ?? running) : running;
    if (!node) continue;
    const place = node.members.indexOf(after);
    node.members.splice(place < 0 ? node.members.length : place + 1, 0, prompt);
  }
}

function inOrder(nodes: Node[]): Node[] {
  const key = new Map<Node, number>();
  for (const node of nodes) {
    const own = node.members.reduce((first, index) => Math.min(first, index), node.opener);
    key.set(node, Math.max(own, node.parent ? (key.get(node.parent) ?? 0) : 0));
  }
  return nodes
    .map((node, index) => ({ node, index }))
    .sort((a, b) => (key.get(a.node) ?? 0) - (key.get(b.node) ?? 0) || a.index - b.index)
    .map(({ node }) => node);
}
