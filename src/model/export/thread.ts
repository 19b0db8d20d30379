import type { ConversationId, ToolId } from '../ids.ts';
import type { Turn } from '../turn.ts';

/** A thread as it is put into a document. */
export interface Thread {
  id: ConversationId;
  tool: ToolId;
  /** The whole name, without a turn: `7qk2m4xw9d/main-2`. */
  name: string;
  title: string;
  project: string;
  /** What people put on the conversation. */
  tags: readonly string[];
  status?: string;
  priority?: string;
  intent?: string;
  /** Root first. */
  turns: readonly Turn[];
  /** Threads of the sub-agents that calls of these turns started, and of those that they started, in the order in which they are named. */
  agents: readonly AgentThread[];
}

export interface AgentThread {
  id: string;
  turns: readonly Turn[];
}

/** Returns an ISO time as people write it: `2026-02-10 02:35 UTC`; '' for none. */
export function timeText(iso: string | undefined): string {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? '' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
