import type { HandoffResult } from '../../ops/handoff.ts';
import { type HeadWire, headWire } from './conversation.ts';

/** `convo.context/1`: what threads came to within a budget of tokens. */
export interface HandoffWire {
  text: string;
  budget: number;
  tokens: number;
  /** `exact`: the encoding is the model's own; else `tokens` is an estimate, `factor` times the count. */
  counting: { encoding: string; model: string | null; exact: boolean; factor: number };
  threads: {
    name: string;
    conversation: HeadWire;
    turns: number;
    /** Numbers of turns told in full, with their calls folded, cut; the others stand in the notes. */
    full: number[];
    folded: number[];
    cut: number[];
    /** Every line, with the turns that it is from: none of the title, of where it is from and of blank lines. */
    lines: { text: string; turns: { id: string; n: number }[] }[];
  }[];
}

/** Returns the wire form of a hand-off. */
export function handoffWire({ text, budget, tokens, counting, threads }: HandoffResult): HandoffWire {
  return {
    text,
    budget,
    tokens,
    counting: { encoding: counting.encoding, model: counting.model ?? null, exact: counting.exact, factor: counting.factor },
    threads: threads.map(({ name, conversation, turns, full, folded, cut, lines }) => ({
      ...{ name, conversation: headWire(conversation), turns, full, folded, cut },
      lines: lines.map((one) => ({ text: one.text, turns: one.turns.map(({ turn, n }) => ({ id: turn, n })) })),
    })),
  };
}
