import type { ListResult } from '../../ops/list.ts';
import { type ConversationWire, conversationWire } from './conversation.ts';

/** `convo.list/1`: newest first within projects, and projects by their newest. */
export interface ListWire {
  conversations: ConversationWire[];
  current: string | null;
  more: number;
  unanswered: number;
  total: number;
}

/** Returns the wire form of a list. */
export function listWire({ projects, current, more, unanswered, total }: ListResult): ListWire {
  const conversations = projects.flatMap((project) => project.conversations.map(conversationWire));
  return { conversations, current: current ?? null, more, unanswered, total };
}
