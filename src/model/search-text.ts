import type { Part, Turn } from './turn.ts';

/** Returns what a person would search in a turn: what was said and thought, commands, names and inputs of calls. */
export function searchText(turn: Turn): string {
  return turn.steps.flatMap((step) => step.parts.map(textOf)).join('\n');
}

function textOf(part: Part): string {
  if (part.kind === 'tool-call') return `${part.name}\n${typeof part.input === 'string' ? part.input : stringsIn(part.input)}`;
  if (part.kind === 'attachment') return part.name ?? '';
  if (part.kind === 'tool-result' || part.kind === 'unknown' || part.kind === 'context') return '';
  return part.text;
}

/** Returns every text in a JSON value, a line or more each. */
export function stringsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(stringsIn).join('\n');
}
