import { ConvoError, fail } from '../errors.ts';
import type { StoredTurn } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';
import { history } from './history.ts';
import { isStored } from './in-progress.ts';
import { findTarget, type Target } from './target.ts';

/** `a..b`: what b has and a has not · `a...b`: what only one of them has. An empty side is the current branch. */
export interface Range {
  a: string;
  b: string;
  both: boolean;
}

/** Returns the range that a revision may be; undefined for one without dots. Titles may hold dots themselves. */
export function readRange(text: string): Range | undefined {
  const match = /^(.*?)(\.{2,3})(?!\.)(.*)$/s.exec(text);
  return match ? { a: match[1] ?? '', b: match[3] ?? '', both: match[2] === '...' } : undefined;
}

/** An end of a range: a revision and the commit of its last turn. */
export interface RangeEnd {
  target: Target;
  /** Undefined where nothing of it is saved yet. */
  commit: Oid | undefined;
}

/** Returns both ends of a range; undefined where the text is no range, but names a conversation whose title holds dots. */
export async function findRange(context: Context, text: string): Promise<{ range: Range; a: RangeEnd; b: RangeEnd } | undefined> {
  const range = readRange(text);
  if (!range) return undefined;
  try {
    return { range, a: await findEnd(context, range.a), b: await findEnd(context, range.b) };
  } catch (error) {
    if (!(error instanceof ConvoError) || !(await isRevision(context, text))) throw error;
    return undefined;
  }
}

async function isRevision(context: Context, text: string): Promise<boolean> {
  try {
    await findTarget(context, text);
    return true;
  } catch (error) {
    if (error instanceof ConvoError) return false;
    throw error;
  }
}

/** Returns a revision with the commit that it ends with. */
export async function findEnd(context: Context, revision: string): Promise<RangeEnd> {
  const target = await findTarget(context, revision);
  if (target.agent) throw fail('unknown-flag', { verb: 'log', message: 'A range goes between branches, not between sub-agents' });
  return { target, commit: await endOf(context, target) };
}

/** Returns the newest commit of the turn that was named, of those that came before the next turn's; undefined where nothing is saved. */
export async function endOf(context: Context, { branch, thread, turn }: Target): Promise<Oid | undefined> {
  if (thread.length === 0) return undefined;
  if (turn === undefined || !isStored(turn) || turn.id === thread.at(-1)?.id) return branch.tip;
  let end: Oid | undefined;
  let isOpen = false;
  for await (const commit of (await context.reader()).commits(branch.tip)) {
    if (commit.turn === turn.id && !isOpen) end = commit.oid;
    isOpen = commit.turn === turn.id || (isOpen && commit.turn === undefined);
  }
  return end;
}

/** A turn, and a commit in whose tree it stands. */
export interface FoundTurn {
  stored: StoredTurn;
  tip: Oid;
}

/** Returns the turns of the commits that `end` reaches and `not` does not, merged ones included; oldest first. */
export async function turnsBetween(context: Context, not: RangeEnd, end: RangeEnd): Promise<FoundTurn[]> {
  if (end.commit === undefined) return [];
  const hidden = await history(context, not.commit ? [not.commit] : []);
  const own = [...(await history(context, [end.commit]))].filter(([oid]) => !hidden.has(oid)).reverse();
  const ids = new Set(own.flatMap(([, { turn }]) => turn ?? []));
  const merged = own.flatMap(([, { parents }]) => parents.slice(1));
  const found = new Map<string, FoundTurn>();
  for (const tip of [end.commit, ...merged]) {
    for (const stored of await (await context.reader()).thread(tip)) if (!found.has(stored.id)) found.set(stored.id, { stored, tip });
  }
  return [...ids].flatMap((id) => found.get(id) ?? []);
}

/** Returns the best common ancestor of two revisions. Throws `no-merge-base`. */
export async function mergeBaseOf(context: Context, a: RangeEnd, b: RangeEnd): Promise<Oid> {
  const base = a.commit && b.commit && (await (await context.reader()).mergeBase(a.commit, b.commit));
  if (!base) throw fail('no-merge-base', { a: nameOf(a), b: nameOf(b) });
  return base;
}

/** Returns the name of an end: `7qk2m4xw9d/main@6`. */
export function nameOf({ target: { entry, branch, turn } }: RangeEnd): string {
  return `${entry.id}/${branch.label ?? branch.name}${turn ? `@${turn.n}` : ''}`;
}
