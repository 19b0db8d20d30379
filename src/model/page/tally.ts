import type { Json } from '../json.ts';
import type { ToolCallPart, Turn } from '../turn.ts';

const maxTools = 20;

/** Returns the tools that a turn called and how often, the most used first; above 20 the rest is one, `others`. */
export function toolCounts(turn: Turn): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const call of calls(turn)) {
    const name = call.name.replace(/[^\p{L}\p{N}_.:/-]+/gu, '_').slice(0, 64) || '_';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (sorted.length <= maxTools) return sorted;
  const others = sorted.slice(maxTools - 1).reduce((sum, [, count]) => sum + count, 0);
  return [...sorted.slice(0, maxTools - 1), ['others', others]];
}

/** Returns the paths that the turn's calls wrote to, each once, in order; calls that failed or were rejected do not count. */
export function changedFiles(turn: Turn): string[] {
  const paths = new Set<string>();
  for (const call of calls(turn)) {
    if (call.result && call.result.status !== 'ok') continue;
    for (const path of writtenPaths(call.input)) paths.add(path);
  }
  return [...paths];
}

const pathKeys = ['file_path', 'filePath', 'path', 'notebook_path', 'filename'];
const contentKeys = [
  'content',
  'contents',
  'file_text',
  'new_string',
  'newString',
  'new_str',
  'new_text',
  'newText',
  'new_source',
  'edits',
];

function writtenPaths(input: Json): string[] {
  if (typeof input === 'string') return patchedPaths(input);
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return [];
  const keys = Object.keys(input);
  const path = pathKeys.map((key) => (keys.includes(key) ? input[key] : undefined)).find((value) => typeof value === 'string');
  if (typeof path === 'string' && contentKeys.some((key) => keys.includes(key))) return [path];
  return Object.values(input).flatMap((value) => (typeof value === 'string' ? patchedPaths(value) : []));
}

function patchedPaths(text: string): string[] {
  if (!text.startsWith('*** Begin Patch')) return [];
  return [...text.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)].map((match) => match[1] ?? '');
}

function* calls(turn: Turn): Generator<ToolCallPart> {
  for (const step of turn.steps) {
    for (const part of step.parts) if (part.kind === 'tool-call') yield part;
  }
}
