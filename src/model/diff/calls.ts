import { editsOfCall } from '../edits.ts';
import { fileDiffs } from '../file-diff.ts';
import type { Json } from '../json.ts';
import { commandOf, exitOf, type Outcome, outcomeOf, plainCommand } from '../notes/command-runs.ts';
import { headlineOf } from '../page/call-view.ts';
import type { ToolCallPart, Turn } from '../turn.ts';
import { alignSequences } from './align.ts';
import type { Budget } from './budget.ts';
import { type Aligned, alignedOf } from './change.ts';
import { sameFile } from './facts.ts';
import { likeness, type Sketch, sketchOf } from './sketch.ts';

/** A call as it is compared: which tool, what it was asked, how it ended. */
export interface Call {
  /** Number of the step in its turn, from 1. */
  step: number;
  name: string;
  /** What one wants to know of its input at first sight. */
  headline: string;
  input: Json;
  outcome: Outcome;
  exit?: number;
  /** Lines that it put into files and took out of them. */
  lines?: { added: number; removed: number };
}

/** What two calls that belong together do not share. */
export type CallField = 'name' | 'arguments' | 'outcome';

/** `alike`: the same by another name, as two tools have it. */
export type CallChange = Aligned<Call> & { differs: CallField[] };

/** Returns the calls of a turn, in order, as they are compared. */
export function callsOf(turn: Turn): ComparedCall[] {
  return turn.steps.flatMap(({ parts }, index) =>
    parts.flatMap((part) => (part.kind === 'tool-call' ? [comparedCall(part, index + 1)] : [])),
  );
}

export interface ComparedCall {
  call: Call;
  /** What it is about, by which calls of other tools can be the same: a command, a file that it changed, else its own arguments. */
  about: string;
  /** Files that it changed. */
  files: string[];
  /** What it was asked in full. */
  asked: string;
  sketch: Sketch;
}

function comparedCall(part: ToolCallPart, step: number): ComparedCall {
  const { name, input } = part;
  const exit = exitOf(part);
  const edits = editsOfCall(part);
  const command = commandOf(part);
  const headline = edits[0]?.path ?? headlineOf(input);
  const call: Call = {
    ...{ step, name, headline, input, outcome: outcomeOf(part) },
    ...(exit === undefined ? {} : { exit }),
    ...(edits.length > 0 && { lines: linesOf(edits) }),
  };
  const sketch = sketchOf(headline);
  if (edits.length > 0) {
    const files = [...new Set(edits.map(({ path }) => path))];
    return {
      call,
      about: `edit ${files.join('\0')}`,
      files,
      asked: JSON.stringify(edits.map(({ before, after }) => [before, after])),
      sketch,
    };
  }
  if (command !== undefined) return { call, about: `run ${plainCommand(command)}`, files: [], asked: command.trim(), sketch };
  const asked = JSON.stringify(input);
  return { call, about: `${name} ${headline || asked}`, files: [], asked, sketch };
}

/** Returns the calls of two turns aligned: every call of both once, in order. */
export function diffCalls(a: readonly ComparedCall[], b: readonly ComparedCall[], budget: Budget): CallChange[] {
  const key = ({ call, about, asked }: ComparedCall) => JSON.stringify([call.name, about, asked, call.outcome, call.exit ?? null]);
  const fit = (left: number, right: number) => fitOf(a[left], b[right]);
  const pairs = alignSequences({ a: a.map(key), b: b.map(key), fit }, budget);
  return alignedOf(a, b, pairs, judge).map((row): CallChange => {
    if (row.change === 'removed') return { change: row.change, a: row.a.call, differs: [] };
    if (row.change === 'added') return { change: row.change, b: row.b.call, differs: [] };
    return { change: row.change, a: row.a.call, b: row.b.call, differs: fieldsBetween(row.a, row.b) };
  });
}

function judge(a: ComparedCall, b: ComparedCall): 'same' | 'alike' | 'changed' {
  const differs = fieldsBetween(a, b);
  if (differs.length === 0) return 'same';
  return differs.every((field) => field === 'name') ? 'alike' : 'changed';
}

function fitOf(a: ComparedCall | undefined, b: ComparedCall | undefined): number {
  if (!a || !b) return 0;
  const sameFiles =
    a.files.length > 0 && a.files.length === b.files.length && a.files.every((path, at) => sameFile(path, b.files[at] ?? ''));
  if (sameFiles || a.about === b.about) return 2 + fieldsBetween(a, b).length * -0.25;
  const like = a.call.name === b.call.name ? likeness(a.sketch, b.sketch) : 0;
  return like >= 0.6 ? like : 0;
}

function fieldsBetween(a: ComparedCall, b: ComparedCall): CallField[] {
  const { name, outcome, exit } = b.call;
  return [
    ...(a.call.name === name ? [] : (['name'] as const)),
    ...(a.asked === b.asked ? [] : (['arguments'] as const)),
    ...(a.call.outcome === outcome && a.call.exit === exit ? [] : (['outcome'] as const)),
  ];
}

function linesOf(edits: Parameters<typeof fileDiffs>[0]): NonNullable<Call['lines']> {
  const files = fileDiffs(edits);
  const sum = (count: (file: (typeof files)[number]) => number) => files.reduce((total, file) => total + count(file), 0);
  return { added: sum((file) => file.added), removed: sum((file) => file.removed) };
}
