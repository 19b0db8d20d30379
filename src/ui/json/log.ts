import type { LogResult } from '../../ops/log.ts';
import { type HeadWire, headWire, type OpenWire, openWire } from './conversation.ts';
import { type TurnWire, turnWire } from './turn.ts';

/** `convo.log/1` */
export interface LogWire {
  conversation: HeadWire;
  turns: TurnWire[];
  open: OpenWire[];
  more: number;
  /** Only of a range and with --merge-base. */
  range?: { a: string; b: string };
  /** Only of a...b: the turns that only a has; `turns` are those that only b has. */
  others?: { conversation: HeadWire; turns: TurnWire[]; more: number };
  /** Only with --merge-base. */
  mergeBase?: string;
  /** Only with --graph: the same turns, with where they came from. */
  graph?: { turn: string; parents: string[]; tips: string[]; agents: { id: string; turns: number }[] }[];
}

/** Returns the wire form of a log. */
export function logWire({ conversation, turns, open, more, graph, range, others, mergeBase }: LogResult): LogWire {
  return {
    conversation: headWire(conversation),
    turns: turns.map(turnWire),
    open: open.map(openWire),
    more,
    ...(range && { range: { a: range.a, b: range.b } }),
    ...(others && { others: { conversation: headWire(others.conversation), turns: others.turns.map(turnWire), more: others.more } }),
    ...(mergeBase && { mergeBase }),
    ...(graph && { graph: graph.map(({ turn, parents, tips, agents }) => ({ turn: turn.id, parents, tips, agents })) }),
  };
}
