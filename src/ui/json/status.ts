import type { OverviewResult, StatusResult } from '../../ops/status.ts';
import { type ConversationWire, conversationWire } from './conversation.ts';
import { type ToolWire, toolWire } from './import.ts';

/** `convo.status/1` */
export interface StatusWire {
  store: string;
  exists: boolean;
  conversations: number;
  turns: number;
  branches: number;
  byTool: { tool: string; conversations: number }[];
  tools: ToolWire[];
  /** Conversations that are not here, and how many transcripts that were resumed from each wait. */
  unplaced: { tool: string; id: string; sources: number }[];
  open: { id: string; title: string; tool: string; n: number; role: string; subject: string; time: string | null }[];
  current: { id: string; title: string; tool: string; branch: string | null; by: string } | null;
  bisect: { id: string; branch: string; judged: number } | null;
  /** How far the primary remote is, in conversations, as it was fetched last; `met` false = nothing was exchanged yet. */
  remote: { name: string; url: string; ahead: number; behind: number; met: boolean } | null;
  /** A merge that stopped at conflicts. */
  merging: { from: string; into: string; conflicts: number } | null;
}

/** `convo.overview/1` */
export interface OverviewWire extends StatusWire {
  recent: ConversationWire[];
}

/** Returns the wire form of a status. */
export function statusWire(result: StatusResult): StatusWire {
  const { store, exists, conversations, turns, branches, byTool, tools, unplaced, open, current, bisect, remote, merging } = result;
  return {
    ...{ store, exists, conversations, turns, branches, byTool, tools: tools.map(toolWire) },
    unplaced: unplaced.map(({ tool, id, sources }) => ({ tool, id, sources })),
    open: open.map(({ id, title, tool, n, role, subject, time }) => ({ id, title, tool, n, role, subject, time: time ?? null })),
    current: current ? { id: current.id, title: current.title, tool: current.tool, branch: current.branch ?? null, by: current.by } : null,
    bisect: bisect ? { id: bisect.id, branch: bisect.branch, judged: bisect.judged } : null,
    remote: remote ? { name: remote.name, url: remote.url, ahead: remote.ahead, behind: remote.behind, met: remote.met } : null,
    merging: merging ?? null,
  };
}

/** Returns the wire form of an overview. */
export function overviewWire(result: OverviewResult): OverviewWire {
  return { ...statusWire(result), recent: result.recent.map((one) => conversationWire(one)) };
}
