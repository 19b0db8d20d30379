import { shownBranches } from '../store/entry.ts';
import type { BranchesInput, BranchesResult } from './branch-result.ts';
import type { Context } from './context.ts';
import { type Chosen, currents } from './current.ts';
import { find } from './target.ts';

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
  const told = shown.map((branch, at) => ({ ...branch, subject: subjects[at] ?? '' }));
  return { conversations: [{ entry: found.entry, branches: told }], ...marked(chosen) };
}

const marked = ({ current }: Chosen): Pick<BranchesResult, 'current'> =>
  current ? { current: { id: current.entry.id, branch: current.branch ?? current.entry.active } } : {};
