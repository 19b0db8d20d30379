import type { LogResult } from '../../ops/log.ts';
import { type HeadWire, headWire, type OpenWire, openWire } from './conversation.ts';
import { type TurnWire, turnWire } from './turn.ts';

/** `convo.log/1` */
export interface LogWire {
  conversation: HeadWire;
  turns: TurnWire[];
  open: OpenWire[];
  more: number;
  /** Only with --graph: the same turns, with where they came from. */
  graph?: { turn: string; parents: string[]; tips: string[]; agents: { id: string; turns: number }[] }[];
}

/** Returns the wire form of a log. */
export function logWire({ conversation, turns, open, more, graph }: LogResult): LogWire {
  return {
    conversation: headWire(conversation),
    turns: turns.map(turnWire),
    open: open.map(openWire),
    more,
    ...(graph && { graph: graph.map(({ turn, parents, tips, agents }) => ({ turn: turn.id, parents, tips, agents })) }),
  };
}
