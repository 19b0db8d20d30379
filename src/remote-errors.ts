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
  'bad-remote-name': row(
    exitCodes.usage,
    (d) => `"${d.name}" cannot be the name of a remote: it is made of small letters, digits and "-", at most 32`,
    () => 'convo remote add origin <url>',
  ),
  'bad-selector': row(
    exitCodes.usage,
    (d) => `"${d.value}" does not say which conversations are meant`,
    () => 'tool:codex, project:example.com/app, tag:work; several with commas',
  ),
  'no-remote': row(
    exitCodes.failed,
    () => 'This store has no remote yet',
    () => 'convo remote add origin <url>',
  ),
  'unknown-remote': row(
    exitCodes.failed,
    (d) => `No remote is called "${d.remote}"${d.near ? `. Did you mean "${d.near}"?` : ''}`,
    () => 'convo remote list',
  ),
  'remote-exists': row(
    exitCodes.failed,
    (d) => `There is a remote "${d.remote}" already`,
    (d) => `convo remote set ${d.remote} <url>`,
  ),
  'public-remote': row(
    exitCodes.failed,
    (d) => `Anybody can read ${d.url} without a password: nothing was pushed`,
    () => 'Make it private, or insist: convo remote set <name> --allow-public',
  ),
  'unrelated-remote': row(
    exitCodes.failed,
    (d) => `${d.url} holds something else than conversations: ${d.reason}`,
    () => 'Make an empty repository for your conversations, without a README, and use that',
  ),
  'code-remote': row(
    exitCodes.failed,
    (d) => `${d.url} is the repository of ${d.project}, which conversations are about: they would be published with its code`,
    () => 'Make a private repository of its own for your conversations',
  ),
  'store-exists': row(
    exitCodes.failed,
    (d) => `There is a store at ${d.path} already`,
    () => 'convo remote add origin <url>, then convo sync',
  ),
  'not-fetched': row(
    exitCodes.failed,
    (d) => `Conversation ${d.id} is not on this machine: only its card is`,
    () => 'convo sync --full',
  ),
  'remote-needs-git': row(
    exitCodes.failed,
    (d) => `${d.url} needs git: ${d.reason}`,
    (d) => `Install git${d.or ? `, or ${d.or}` : ''}`,
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
