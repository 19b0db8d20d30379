import { subjectOf } from '../model/subject.ts';
import { type CommitSubject, shownBranches } from '../store/entry.ts';
import type { Oid } from '../store/git.ts';
import type { BranchesInput, BranchesResult } from './branch-result.ts';
import type { Context } from './context.ts';
import { type Chosen, currents } from './current.ts';
import { find } from './target.ts';
import { readTurns } from './turns.ts';

/** Tells the branches of a conversation, or of all, with where they left each other. */
export async function branches(context: Context, { revision = '', all }: BranchesInput): Promise<BranchesResult> {
  const reader = await context.reader();
  if (all) {
    const entries = await reader.entries();
    return {
      conversations: entries.map((entry) => ({ entry, branches: shownBranches(entry) })),
      ...marked(await currents(context, entries)),
    };
  }
  const { found, currents: chosen } = await find(context, reader, revision);
  const shown = shownBranches(found.entry);
  const subjects = await reader.subjects(shown.map(({ tip }) => tip));
  const told = [];
  for (const [at, branch] of shown.entries()) told.push({ ...branch, subject: await lastSubject(context, branch.tip, subjects[at]) });
  return { conversations: [{ entry: found.entry, branches: told }], ...marked(chosen) };
}

/** What the last turn of a branch is about. A commit that joined lines, or that corrected another turn, says that of itself. */
async function lastSubject(context: Context, tip: Oid, commit: CommitSubject | undefined): Promise<string> {
  const last = tip === '' ? undefined : (await (await context.reader()).thread(tip)).at(-1);
  if (last && last.id !== commit?.turn) for await (const turn of readTurns(context, tip, [last])) return subjectOf(turn);
  return commit?.text ?? '';
}

const marked = ({ current }: Chosen): Pick<BranchesResult, 'current'> =>
  current ? { current: { id: current.entry.id, branch: current.branch ?? current.entry.active } } : {};
