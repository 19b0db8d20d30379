import { type ErrorRow, exitCodes, row } from './error-row.ts';

/** What can go wrong while two machines agree. */
export const syncErrors = {
  'remote-ahead': row(
    exitCodes.failed,
    (d) => `The remote "${d.remote}" has something that this machine has not fetched; nothing was lost`,
    () => 'convo sync',
  ),
  'remote-busy': row(
    exitCodes.failed,
    (d) => `Other machines pushed to "${d.remote}" each time that this one was about to; everything is saved here`,
    () => 'Type convo sync again in a moment',
  ),
  published: row(
    exitCodes.failed,
    (d) => `${d.what} is on the remote "${d.remote}" already, so other machines may have it: "${d.sentence}" cannot be undone`,
    () => 'convo revert takes a turn out, convo branch -d deletes a branch, on every machine',
  ),
} satisfies Record<string, ErrorRow>;
