import type { ErrorCode } from '../errors.ts';

/** The argument of commands that read a conversation. */
export const revisionArg = { name: 'revision', summary: 'a conversation, and which branch, turn and step of it; see above' } as const;

/** Said in the help of every command that takes a revision. */
export const revisionHelp = `A revision is <conversation>[/<branch>][@<turn>[.<step>]].
A conversation is named by the start of its id, by the start of the tool's
own id, or by a part of its title; @ or nothing is the current one, @- the
one before. The whole name of a branch of the current conversation, without
a conversation, means that branch. A turn is a number, a negative number from
the end, or the start of its id. So: 7qk2, 7qk2@10, "line splitter", @-1 (the
last turn), @7.3 (step 3 of turn 7), 7qk2/main-2@4. A sub-agent is named behind
the turn that started it, by the start of its id: 7qk2@4/a1b2 is its thread,
7qk2@4/a1b2@2 the second turn of that.`;

/** What can go wrong where a revision is read. */
export const revisionErrors = [
  'no-store',
  'no-conversations',
  'unknown-revision',
  'ambiguous-revision',
  'no-conversation-before',
  'unknown-branch',
  'unknown-turn',
  'ambiguous-turn',
  'unknown-agent',
  'turn-open',
  'git-failed',
  'bad-page',
  'bad-object',
  'cannot-read',
] as const satisfies readonly ErrorCode[];

/** What can go wrong where the store is changed. */
export const changeErrors = ['store-newer', 'locked', 'ref-moved', 'cannot-write'] as const satisfies readonly ErrorCode[];

/** What can go wrong where a branch is made. */
export const forkErrors = [
  'unknown-step',
  'no-turns',
  'bad-branch-name',
  'branch-exists',
  'branch-was-deleted',
] as const satisfies readonly ErrorCode[];
