import type { Part, Turn } from '../../model/turn.ts';
import type { Component, Kept } from '../exporter.ts';
import type { Tally } from './tally.ts';

/** Returns the component that a part counts as; a result counts besides its call. */
export function componentOf(part: Part, turn: Turn): Component {
  switch (part.kind) {
    case 'tool-call':
      return 'tool calls';
    case 'tool-result':
      return 'results';
    case 'attachment':
      return 'images';
    case 'thinking':
      return 'thinking';
    case 'command':
    case 'output':
    case 'expansion':
      return 'commands';
    case 'context':
    case 'error':
      return 'context';
    case 'unknown':
      return 'unknown records';
    default:
      return turn.kind === 'compaction' ? 'summaries' : 'text';
  }
}

/** Counts everything in a turn as it was, for one that comes with its own records. */
export function countExact(turn: Turn, tally: Tally): void {
  countParts(turn, tally);
  if (turn.tokens) tally.add('tokens', 'exact');
  tally.add('ids', 'exact');
}

/** Counts a turn that comes with those records of another one that tell its steps. */
export function countCut(turn: Turn, tally: Tally): void {
  countParts(turn, tally);
  tally.add('ids', 'converted', 'a new id that names the turn');
}

function countParts(turn: Turn, tally: Tally): void {
  for (const { parts } of turn.steps) {
    for (const part of parts) {
      tally.add(componentOf(part, turn), 'exact');
      if (part.kind !== 'tool-call' || !part.result) continue;
      tally.add('results', 'exact');
      tally.add('images', 'exact', '', part.result.content.filter((one) => one.kind === 'attachment').length);
    }
  }
}

/** Counts the sub-agents that calls of a turn started, by what becomes of each. */
export function countAgents(turn: Turn, tally: Tally, fateOf: (agent: string) => [kept: Kept, why: string]): void {
  for (const { parts } of turn.steps) {
    for (const part of parts)
      for (const agent of part.kind === 'tool-call' ? (part.agents ?? []) : []) tally.add('sub-agents', ...fateOf(agent));
  }
}
