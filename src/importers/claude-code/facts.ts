import { basename, dirname } from 'node:path';
import type { Facts, Source, TurnOutline } from '../importer.ts';
import { idOf } from './outline.ts';
import type { Notes, ScanState } from './state.ts';
import type { Tree } from './tree.ts';

/** Where a sub-agent's file stands: `<session>/subagents/.../agent-<id>.jsonl`, or `agent-<id>.jsonl` beside its session (2.0.x). */
export interface AgentFile {
  id: string;
  /** Session by the folder; '' for a file beside its session. */
  session: string;
}

/** Returns what the place of a file tells of its agent; undefined for a main transcript. */
export function agentFile(path: string): AgentFile | undefined {
  const name = basename(path, '.jsonl');
  const parts = path.split(/[/\\]/);
  const folder = parts.lastIndexOf('subagents', parts.length - 2);
  if (folder > 0)
    return { id: name.startsWith('agent-') ? name.slice(6) : `${basename(dirname(path))}-${name}`, session: parts[folder - 1] ?? '' };
  return name.startsWith('agent-') ? { id: name.slice(6), session: '' } : undefined;
}

/** Returns what the source says of itself as a whole. */
export function factsOf(source: Source, state: ScanState, tree: Tree, turns: TurnOutline[], agentName: string | undefined): Facts {
  const { entries, notes } = state;
  const main = tree.nodes.filter((node) => node.thread === '');
  const first = main[0];
  const title = notes.customTitle ?? notes.aiTitle;
  const active = activeTurn(state, tree);
  const agent = agentFile(source.path) ?? (notes.agent === undefined ? undefined : { id: notes.agent, session: '' });
  const native = nativeOf(source, notes, agent);
  return {
    native,
    ...(first ? { root: entries[first.opener]?.id ?? '' } : {}),
    parents: agent ? [] : notes.forkedFrom.filter((id) => id !== native),
    ...(agent ? { agent: { id: agent.id, of: parentOf(notes, agent), ...(agentName ? { name: agentName } : {}) } } : {}),
    ...(title === undefined ? {} : { title }),
    ...(notes.folder === undefined ? {} : { folder: notes.folder }),
    ...(active && turns.length > 0 ? { active: idOf(entries, active) } : {}),
    answered: main.some((node) => node.answer && ['prompt', 'command', 'shell'].includes(entries[node.opener]?.kind ?? '')),
  };
}

function nativeOf(source: Source, notes: Notes, agent: AgentFile | undefined): string {
  if (agent) return `${parentOf(notes, agent)}/agent-${agent.id}`;
  const name = basename(source.path, '.jsonl');
  return notes.sessions.includes(name) ? name : (notes.sessions[0] ?? name);
}

const parentOf = (notes: Notes, agent: AgentFile): string => notes.sessions[0] ?? agent.session;

/** `--resume` goes on behind the last user or assistant record of the file that is not a side chain's. */
function activeTurn({ entries }: ScanState, tree: Tree) {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry?.keeps && entry.side === undefined && !tree.links.copies.has(index) && tree.under[index]) return tree.under[index];
  }
  return undefined;
}
