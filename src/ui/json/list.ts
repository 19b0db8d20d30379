import type { ListResult } from '../../ops/list.ts';
import { type ConversationWire, conversationWire } from './conversation.ts';

/** `convo.list/1`: in the order asked for, group by group. */
export interface ListWire {
  conversations: ConversationWire[];
  groupBy: string;
  /** How many of the conversations are in each group, in their order. */
  groups: { name: string; conversations: number }[];
  current: string | null;
  more: number;
  unanswered: number;
  total: number;
}

/** Returns the wire form of a list. */
export function listWire({ groups, groupBy, agents, current, more, unanswered, total }: ListResult): ListWire {
  const threads = (id: string) => agents && (agents.get(id) ?? []);
  return {
    conversations: groups.flatMap(({ conversations }) => conversations.map((one) => conversationWire(one, threads(one.id)))),
    groupBy,
    groups: groups.map(({ name, conversations }) => ({ name, conversations: conversations.length })),
    current: current ?? null,
    more,
    unanswered,
    total,
  };
}
