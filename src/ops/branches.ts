import { shownBranches } from '../store/entry.ts';
import type { BranchesInput, BranchesResult } from './branch-result.ts';
import type { Context } from './context.ts';
import { currents } from './current.ts';
import { findPlace } from './revision.ts';

/** Tells the branches of a conversation, or of all, with where they left each other. */
export async function branches(context: Context, { revision = '', all }: BranchesInput): Promise<BranchesResult> {
  const reader = await context.reader();
  const entries = await reader.entries();
  const chosen = await currents(context, entries);
  const { current } = chosen;
  const marked = current ? { current: { id: current.entry.id, branch: current.branch ?? current.entry.active } } : {};
  if (all) return { conversations: entries.map((entry) => ({ entry, branches: shownBranches(entry) })), ...marked };
  const { entry } = findPlace(entries, revision, chosen);
  const shown = shownBranches(entry);
  const subjects = await reader.subjects(shown.map(({ tip }) => tip));
  return { conversations: [{ entry, branches: shown.map((branch, at) => ({ ...branch, subject: subjects[at] ?? '' })) }], ...marked };
}
