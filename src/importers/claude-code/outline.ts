import { type ToolId, type TurnId, turnId } from '../../model/ids.ts';
import { readTurnMark } from '../../model/mark.ts';
import type { RecordIds } from '../../model/turn.ts';
import type { TurnOutline } from '../importer.ts';
import { agentsOf } from './agents.ts';
import type { Entry } from './skeleton.ts';
import type { Node, Tree } from './tree.ts';

/** Claude Code's name in refs and pages. */
export const tool = 'claude-code' as ToolId;

/** Stop reasons with which the model ends its turn. */
const ends = ['end_turn', 'stop_sequence', 'max_tokens', 'refusal', 'error'];

/** Returns the id of a turn: from the uuid of its opening record, for an assistant of its first record in chain order. */
export function idOf(entries: readonly Entry[], node: Node): TurnId {
  node.id ??= turnId(tool, entries[node.opener]?.id ?? '', node.role);
  return node.id;
}

/** Returns the outline of every turn of a tree, in the order of its nodes. */
export function outlines(entries: readonly Entry[], tree: Tree): TurnOutline[] {
  const answered = new Set(entries.flatMap((entry) => entry.results ?? []));
  const agents = agentsOf(entries, tree);
  const last = new Map<string, Node>();
  for (const node of tree.nodes) last.set(node.thread, node);
  return tree.nodes.map((node) => {
    const members = node.members.flatMap((index) => entries[index] ?? []);
    const time = members.find((entry) => entry.keeps && entry.time !== undefined)?.time;
    const lines = members.map((entry) => entry.line);
    const marked = markOf(members, node, entries);
    return {
      id: idOf(entries, node),
      parent: node.parent ? idOf(entries, node.parent) : null,
      role: node.role,
      records: recordIds(members, node, entries),
      ...(time === undefined ? {} : { time }),
      state: last.get(node.thread) === node ? stateOf(node, members, answered) : 'ended',
      agents: agents.finished.get(node) ?? [],
      ...(marked ? { marked } : {}),
      ordinals: [lines.reduce((a, b) => Math.min(a, b)), lines.reduce((a, b) => Math.max(a, b))],
      ...(node.thread === '' ? {} : { agent: node.thread }),
    };
  });
}

/** Of what convo writes every record has a UUIDv8; the client makes others. */
const isWritten = ({ id }: Entry): boolean => id.charAt(14) === '8';
const isSpoken = ({ kind }: Entry): boolean => kind === 'assistant' || kind === 'result';

/** Tells whether convo wrote a turn, and whether the client has gone on with it since. */
function markOf(members: Entry[], node: Node, entries: readonly Entry[]): TurnOutline['marked'] {
  if (!isAdopted(node, entries)) return undefined;
  return members.some((entry) => isSpoken(entry) && !isWritten(entry)) ? 'grown' : 'whole';
}

const isAdopted = ({ opener, role }: Node, entries: readonly Entry[]): boolean =>
  readTurnMark(entries[opener]?.id ?? '', role) !== undefined;

/**
 * Returns the ids of a turn's records, 8 characters each (format.md 4). Of a copied turn, and of one that convo wrote, none counts as
 * kept: it is the turn of the original where that is known, and never stands for it.
 */
export function recordIds(members: Entry[], node: Node, entries: readonly Entry[]): RecordIds {
  const copied = node.copied || isAdopted(node, entries);
  const named = members.filter((entry) => entry.id !== '');
  const ids = (keeps: boolean) => named.filter((entry) => (entry.keeps ?? false) === keeps).map((entry) => entry.id.slice(0, 8));
  return copied ? { kept: [], others: named.map(({ id }) => id.slice(0, 8)) } : { kept: ids(true), others: ids(false) };
}

/** Tells by the marks of turns.md 3 how the last turn of a thread stands. */
function stateOf(node: Node, members: Entry[], answered: Set<string>): TurnOutline['state'] {
  const spoken = members.findLastIndex((entry) => entry.kind === 'assistant' || entry.kind === 'result');
  const closing = members.slice(Math.max(spoken, 0));
  if (closing.some((entry) => entry.kind === 'interrupt' || entry.stop === 'interrupted')) return 'ended';
  if (node.role === 'user') return 'resting';
  if (closing.some((entry) => entry.kind === 'duration')) return 'ended';
  const final = members[spoken];
  if (final?.kind !== 'assistant' || members.some((entry) => entry.calls?.some((call) => !answered.has(call)))) return 'running';
  const cut = final.stop === 'max_tokens' || final.stop === 'refusal' || final.stop === 'error';
  if (ends.includes(final.stop ?? '') && (final.says || cut)) return 'ended';
  return final.says ? 'resting' : 'running';
}
