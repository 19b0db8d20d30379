import type { BlameResult } from '../../ops/blame.ts';
import { type TurnWire, turnWire } from './turn.ts';

/** `convo.blame/1` */
export interface BlameWire {
  /** `text` or `file`. */
  kind: string;
  text: string;
  all: boolean;
  /** Each line or path once, with where it stood first; oldest first. */
  found: {
    conversation: { id: string; tool: string; title: string };
    branch: string;
    /** The revision that shows it. */
    revision: string;
    turn: TurnWire;
    step: number;
    agent: { id: string; turn: number } | null;
    /** What of the turn it stands in: `text`, `thinking`, `prompt`, `tool-call`, `tool-result`, ... */
    part: string;
    /** The line, or the path. */
    line: string;
    /** Turns that say the line, or change the file. */
    turns: number;
  }[];
  more: number;
}

/** Returns the wire form of a blame. */
export function blameWire({ kind, text, all, found, more }: BlameResult): BlameWire {
  return {
    ...{ kind, text, all },
    found: found.map(({ conversation: { id, tool, title }, branch, name, turn, step, agent, part, line, turns }) => ({
      conversation: { id, tool, title },
      ...{ branch, revision: name, turn: turnWire(turn), step, agent: agent ?? null, part, line, turns },
    })),
    more,
  };
}
