import { type ErrorRow, exitCodes, row } from './error-row.ts';

/** What can go wrong with remotes: naming them, reaching them, and what they hold. */
export const remoteErrors = {
  'bad-url': row(
    exitCodes.usage,
    (d) => `This URL cannot be used for a remote: ${d.reason}`,
    () => 'https://host/path.git, ssh://user@host/path.git, user@host:path.git, git://host/path.git or /folder/store.git',
  ),
  'url-credentials': row(
    exitCodes.usage,
    () => 'This URL holds a password or token, which would be kept in plain text: it is not used',
    () =>
      "Leave it out of the URL and let git's credential helper keep it: git config --global credential.helper store (or cache, osxkeychain, manager)",
  ),
  'remote-needs-git': row(
    exitCodes.failed,
    (d) => `${d.url} is reached by ${d.protocol}, which needs git; without git convo speaks http and https only`,
    () => 'Install git, or use the https URL of the remote',
  ),
  'remote-failed': row(
    exitCodes.failed,
    (d) => `The remote ${d.url} cannot be reached or does not let you in: ${d.reason}`,
    (d) => `${d.hint ?? 'convo remote test'}`,
  ),
  'bad-remote-content': row(
    exitCodes.failed,
    (d) => `The remote holds what must not come into the store: ${d.reason}`,
    () => 'Nothing of it was taken over',
  ),
} satisfies Record<string, ErrorRow>;
