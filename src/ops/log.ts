import { fail } from '../errors.ts';
import { editsOf } from '../model/edits.ts';
import { exchangesOf } from '../model/exchange.ts';
import { type FileDiff, fileDiffs } from '../model/file-diff.ts';
import { searchText } from '../model/search-text.ts';
import type { Turn } from '../model/turn.ts';
import type { OpenTurn, StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { type GraphNode, graphOf } from './graph.ts';
import { isOpen, isStored, threadTo } from './in-progress.ts';
import { findEnd, findRange, mergeBaseOf, nameOf, type RangeEnd, turnsBetween } from './range.ts';
import { type ConversationHead, findTarget, headOfTarget, type Target } from './target.ts';
import { summarize, type TurnSummary } from './turn-summary.ts';
import { readTurns } from './turns.ts';

export type LogShape = 'exchanges' | 'turns' | 'oneline' | 'graph';

export interface LogInput {
  /** A revision, or a range of two: `a..b`, `a...b`. */
  revision: string;
  /** Tells the turns up to the one at which this and `revision` parted. */
  mergeBaseWith?: string;
  shape: LogShape;
  /** Tells the files that each turn changed, and how. */
  diffs: boolean;
  /** Text that a turn must hold, in any case. */
  grep?: string;
  /** Oldest first. */
  reverse: boolean;
  /** At most so many exchanges (turns, where the shape tells turns). */
  limit?: number;
}

export interface LoggedTurn extends TurnSummary {
  /** Only where asked for. */
  diffs?: FileDiff[];
}

export interface LogResult {
  conversation: ConversationHead;
  shape: LogShape;
  newestFirst: boolean;
  turns: LoggedTurn[];
  /** Turns in progress, oldest first; without those that are saved already and only grow. */
  open: OpenTurn[];
  /** Turns that the limit left out. */
  more: number;
  /** All branches as a graph, newest first; only in that shape. */
  graph?: GraphNode[];
  /** Between what the turns are told; absent where all up to a revision are. */
  range?: { a: string; b: string };
  /** Of `a...b`: the turns that only `a` has; `turns` are then those that only `b` has. */
  others?: { conversation: ConversationHead; turns: LoggedTurn[]; more: number };
  /** The commit at which two parted, where that was asked for. */
  mergeBase?: Oid;
}

/** Tells the turns of a branch up to a revision, those of a range, or those up to where two parted. */
export async function log(context: Context, input: LogInput): Promise<LogResult> {
  if (input.mergeBaseWith !== undefined) return logMergeBase(context, input, input.mergeBaseWith);
  const found = await findRange(context, input.revision);
  if (!found) return logTarget(context, input, await findTarget(context, input.revision));
  if (input.shape === 'graph') throw fail('unknown-flag', { verb: 'log', message: '--graph draws a whole conversation, not a range' });
  const { a, b, range } = found;
  const sides = range.both ? await logBetween(context, input, b, a) : undefined;
  const own = await logBetween(context, input, a, b);
  return {
    ...own,
    ...{ shape: input.shape, newestFirst: !input.reverse, open: [], range: { a: nameOf(a), b: nameOf(b) } },
    ...(sides ? { others: sides } : {}),
  };
}

async function logBetween(context: Context, input: LogInput, not: RangeEnd, end: RangeEnd): Promise<NonNullable<LogResult['others']>> {
  const found = await turnsBetween(context, not, end);
  const tips = new Map(found.map(({ stored, tip }) => [stored.id, tip]));
  const thread = found.map(({ stored }) => stored);
  const { turns, more } = await logged(context, (turn) => tips.get(turn.id) ?? end.target.branch.tip, thread, input);
  return { conversation: headOfTarget(end.target), turns: input.reverse ? turns : turns.reverse(), more };
}

async function logMergeBase(context: Context, input: LogInput, other: string): Promise<LogResult> {
  const [a, b] = [await findEnd(context, input.revision), await findEnd(context, other)];
  const mergeBase = await mergeBaseOf(context, a, b);
  const thread = await (await context.reader()).thread(mergeBase);
  const { turns, more } = await logged(context, () => mergeBase, thread, input);
  return {
    ...{ conversation: headOfTarget(a.target), shape: input.shape, newestFirst: !input.reverse, open: [] },
    ...{ turns: input.reverse ? turns : turns.reverse(), more, range: { a: nameOf(a), b: nameOf(b) }, mergeBase },
  };
}

async function logTarget(context: Context, input: LogInput, target: Target): Promise<LogResult> {
  const { thread, open } = upTo(target);
  const conversation = headOfTarget(target);
  const head = { conversation, shape: input.shape, newestFirst: !input.reverse };
  if (input.shape === 'graph') {
    if (target.agent) throw fail('unknown-flag', { verb: 'log', message: '--graph draws a whole conversation, not one sub-agent' });
    const nodes = await graphOf(context, target.entry);
    const graph = nodes.slice(0, input.limit ?? nodes.length);
    return { ...head, open: [], turns: graph.map((node) => node.turn), more: nodes.length - graph.length, graph };
  }
  const { turns, more } = await logged(context, () => target.branch.tip, thread, input);
  const growing = new Set(open.map(({ id }) => id));
  for (const turn of turns) if (growing.delete(turn.id)) turn.open = true;
  const still = input.grep === undefined ? open.filter(({ id }) => growing.has(id)) : [];
  return { ...head, open: still, turns: input.reverse ? turns : turns.reverse(), more };
}

/** The turns of the branch up to the one that was named: those with a page, and those in progress. */
function upTo({ thread, open, turn }: Target): { thread: StoredTurn[]; open: OpenTurn[] } {
  if (!turn) return { thread, open };
  if (isStored(turn)) return { thread: thread.slice(0, thread.indexOf(turn) + 1), open: [] };
  const turns = threadTo(turn, thread, open);
  return { thread: turns.filter(isStored), open: turns.filter(isOpen) };
}

/** The turns to tell, oldest first. Without a filter only their pages are read. */
async function logged(
  context: Context,
  tipOf: (turn: StoredTurn) => Oid,
  thread: StoredTurn[],
  input: LogInput,
): Promise<{ turns: LoggedTurn[]; more: number }> {
  const size = input.limit ?? thread.length;
  const read = input.grep === undefined ? lastOf(thread, input.shape, size) : thread;
  const turns: LoggedTurn[] = [];
  const matching = new Set<string>();
  for await (const turn of readAll(context, tipOf, read)) {
    if (input.grep !== undefined && searchText(turn).toLowerCase().includes(input.grep.toLowerCase())) matching.add(turn.id);
    turns.push(tell(turn, input.diffs));
  }
  if (input.grep === undefined) return { turns, more: thread.length - read.length };
  const found = filtered(turns, matching, input.shape);
  const kept = lastOf(found, input.shape, size);
  return { turns: kept, more: found.length - kept.length };
}

/** Turns in their order, each with the attachments of a tree in which it stands: those that follow each other in one are read together. */
async function* readAll(context: Context, tipOf: (turn: StoredTurn) => Oid, turns: readonly StoredTurn[]): AsyncIterable<Turn> {
  for (let at = 0; at < turns.length; ) {
    const tip = tipOf(turns[at] as StoredTurn);
    const end = turns.findIndex((turn, index) => index > at && tipOf(turn) !== tip);
    const some = turns.slice(at, end < 0 ? turns.length : end);
    yield* readTurns(context, tip, some);
    at += some.length;
  }
}

function tell(turn: Turn, diffs: boolean): LoggedTurn {
  return { ...summarize(turn), ...(diffs && { diffs: fileDiffs(editsOf(turn)) }) };
}

function lastOf<One extends { role: string }>(turns: readonly One[], shape: LogShape, size: number): One[] {
  if (shape !== 'exchanges') return size === 0 ? [] : turns.slice(-size);
  const kept = size === 0 ? [] : exchangesOf(turns).slice(-size);
  return kept.flatMap(({ prompt, answers }) => [...(prompt ? [prompt] : []), ...answers]);
}

/** An exchange is told whole when one of its turns matches. */
function filtered(turns: readonly LoggedTurn[], matching: ReadonlySet<string>, shape: LogShape): LoggedTurn[] {
  if (shape !== 'exchanges') return turns.filter((turn) => matching.has(turn.id));
  return exchangesOf(turns)
    .map(({ prompt, answers }) => [...(prompt ? [prompt] : []), ...answers])
    .filter((exchange) => exchange.some((turn) => matching.has(turn.id)))
    .flat();
}
