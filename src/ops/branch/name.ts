import { fail } from '../../errors.ts';
import { branchNameFault } from '../../model/branch-name.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { ForkInput } from '../branch-result.ts';
import type { Context } from '../context.ts';

/** Throws `bad-branch-name` for what cannot be the name of a new branch. */
export async function assertBranchName(context: Context, { name, revision, typed = 'branch' }: ForkInput): Promise<void> {
  const fault = branchNameFault(name);
  if (fault !== undefined)
    throw fail('bad-branch-name', { name, fault, instead: [typed, slug(name), ...(revision ? [shellWord(revision)] : [])].join(' ') });
  await assertNoConversation(context, name, typed);
}

/** What a person types for a conversation. */
const idLike = /^[0-9a-hjkmnp-tv-z]{4,10}$/;

/**
 * Throws `bad-branch-name` for a word that names a conversation by its id: who typed it meant that one, and it could not be named so any
 * more where the branch is.
 */
export async function assertNoConversation(context: Context, name: string, typed = 'branch'): Promise<void> {
  if (!idLike.test(name)) return;
  const reader = await context.reader();
  const entries = (await reader.someEntries({ names: [name], projects: [] })) ?? (await reader.entries());
  const entry = entries.find(({ id }) => id.startsWith(name));
  if (!entry) return;
  const fault = `it names a conversation, "${entry.title}"`;
  throw fail('bad-branch-name', { name, fault, instead: typed === 'branch' ? `branch -l ${name}` : `switch ${name}` });
}

/** A name that people meant, as a branch may have it. */
const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 64)
    .replace(/^[^a-z0-9]+|(?:[^a-z0-9]|\.lock)+$/g, '') || 'try';
