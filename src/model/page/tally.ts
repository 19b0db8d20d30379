import { editsOf } from '../edits.ts';
import type { ToolCallPart, Turn } from '../turn.ts';

const maxTools = 20;

/** Returns the tools that a turn called and how often, the most used first; above 20 the rest is one, `others`. */
export function toolCounts(turn: Turn): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const call of calls(turn)) {
    const name = displayName(call.name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (sorted.length <= maxTools) return sorted;
  const others = sorted.slice(maxTools - 1).reduce((sum, [, count]) => sum + count, 0);
  return [...sorted.slice(0, maxTools - 1), ['others', others]];
}

function displayName(tool: string): string {
  const name = /^[\w.:/-]*$/.test(tool) ? tool : tool.replace(/[^\p{L}\p{N}_.:/-]+/gu, '_');
  return name.slice(0, 64) || '_';
}

/** Returns the paths of the files that the turn's calls changed, each once, in order. */
export function changedFiles(turn: Turn): string[] {
  return [...new Set(editsOf(turn).map(({ path }) => path))];
}

function* calls(turn: Turn): Generator<ToolCallPart> {
  for (const step of turn.steps) {
    for (const part of step.parts) if (part.kind === 'tool-call') yield part;
  }
}
