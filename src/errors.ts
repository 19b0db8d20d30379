import { branchErrors } from './branch-errors.ts';
import { type Data, type ErrorRow, type ExitCode, exitCodes, row } from './error-row.ts';
import { shellWord } from './model/shell-word.ts';
import { remoteErrors } from './remote-errors.ts';
import { resumeErrors } from './resume-errors.ts';
import { syncErrors } from './sync-errors.ts';

export { type ExitCode, exitCodes } from './error-row.ts';

/** Every failure that a user can meet; one row a code, help and tests are derived from it. */
export const errorTable = {
  'unknown-flag': row(
    exitCodes.usage,
    (d) => `${d.message}`,
    (d) => `convo ${d.verb ?? ''} --help`.replace('  ', ' '),
  ),
  'bad-value': row(
    exitCodes.usage,
    (d) => `${d.what} "${d.value}" is not ${d.expected}`,
    (d) => `convo ${d.verb ?? ''} --help`.replace('  ', ' '),
  ),
  'git-verb': row(
    exitCodes.usage,
    (d) => `${d.message}`,
    (d) => `${d.instead}`,
  ),
  'unknown-verb': row(
    exitCodes.usage,
    (d) => `convo has no command "${d.verb}"${d.near ? `. Did you mean "${d.near}"?` : ''}`,
    (d) => `${d.instead ?? 'convo --help'}`,
  ),
  'no-store': row(
    exitCodes.noStore,
    (d) => `There is no convo store at ${d.path}`,
    () => 'convo import',
  ),
  'store-newer': row(
    exitCodes.failed,
    (d) => `This store has format ${d.found}; this convo writes format ${d.known} and only reads it`,
    () => 'Install a newer convo to write to it',
  ),
  locked: row(
    exitCodes.locked,
    (d) => `Another convo (process ${d.pid}) is writing to this store`,
    () => 'Try again when it has finished',
  ),
  'unknown-revision': row(
    exitCodes.failed,
    (d) => `Nothing here is called "${d.revision}"${d.near ? `. Did you mean "${d.near}"?` : ''}`,
    (d) => `${d.hint ?? 'convo list'}`,
  ),
  'ambiguous-revision': row(
    exitCodes.failed,
    (d) => `"${d.revision}" can mean several conversations:\n${d.candidates}`,
    () => 'Type more of the id',
  ),
  'unknown-branch': row(
    exitCodes.failed,
    (d) => `Conversation ${d.conversation} has no branch "${d.branch}"${d.near ? `. Did you mean "${d.near}"?` : ''}`,
    (d) => (d.near ? `convo show ${shellWord(`${d.conversation}/${d.near}`)}` : `convo branch -l ${d.conversation}`),
  ),
  'unknown-turn': row(
    exitCodes.failed,
    (d) => `Conversation ${d.conversation} has no turn "${d.turn}"${d.last ? `: its turns are 1 to ${d.last}` : ''}`,
    (d) => `convo log ${shellWord(String(d.revision ?? d.conversation))}`,
  ),
  'ambiguous-turn': row(
    exitCodes.failed,
    (d) => `"${d.turn}" can mean several turns: ${d.candidates}`,
    () => 'Type more of the id',
  ),
  'unknown-agent': row(
    exitCodes.failed,
    (d) =>
      Array.isArray(d.candidates)
        ? `"${d.agent}" can mean several sub-agents: ${d.candidates.join(', ')}`
        : `Turn ${d.turn} of ${d.conversation} started no sub-agent "${d.agent}"${Array.isArray(d.agents) && d.agents.length > 0 ? `: it started ${d.agents.join(', ')}` : ''}`,
    (d) => `convo show ${d.conversation}@${d.turn}`,
  ),
  'unknown-step': row(
    exitCodes.failed,
    (d) => `Turn ${d.turn} has no step ${d.step}: its steps are 1 to ${d.last}`,
    (d) => `convo show ${shellWord(`${d.revision}@${d.turn}`)}`,
  ),
  'turn-open': row(
    exitCodes.failed,
    (d) => `Turn ${d.turn} of ${d.conversation} is still in progress: its records are saved, its page is written when it ends`,
    (d) => `${d.hint ?? `convo show ${d.conversation} --raw`}`,
  ),
  'no-conversation-before': row(
    exitCodes.failed,
    () => 'There is no conversation before the current one',
    () => 'convo list',
  ),
  'no-conversations': row(
    exitCodes.failed,
    () => 'This store holds no conversation yet',
    () => 'convo import',
  ),
  'pattern-too-slow': row(
    exitCodes.failed,
    (d) => `The pattern takes too long on turn ${d.turn} of ${d.conversation}`,
    () => 'Write it without a repetition inside a repetition, such as (a+)+, or leave -E out',
  ),
  'no-bisect': row(
    exitCodes.failed,
    () => 'No bisect is under way',
    () => 'convo bisect start [<bad> [<good>]]',
  ),
  'bisect-lost': row(
    exitCodes.failed,
    (d) => `What is bisected, ${d.branch} of ${d.conversation}, is not in the store any more`,
    () => 'convo bisect reset',
  ),
  'not-bisected': row(
    exitCodes.failed,
    (d) => `"${d.revision}" is not among what is bisected: ${d.name} up to turn ${d.last}`,
    (d) => `convo log ${shellWord(String(d.name))}`,
  ),
  'bisect-contradiction': row(
    exitCodes.failed,
    (d) => `${d.good} is good, but ${d.bad} before it is bad: this finds the first bad one where all behind it are bad too`,
    () => 'convo bisect log',
  ),
  'bisect-over': row(
    exitCodes.failed,
    () => 'There is nothing left to judge',
    () => 'convo bisect log tells what was found, convo bisect reset ends it',
  ),
  'bisect-aborted': row(
    exitCodes.failed,
    (d) => `"${d.command}" could not judge${d.point ? ` ${d.point}` : ''}: ${d.reason}`,
    () => 'What was judged before is kept: run it again, or convo bisect reset',
  ),
  'cannot-read': row(
    exitCodes.failed,
    (d) => `Cannot read ${d.path}: ${d.reason}`,
    (d) => `${d.hint ?? 'Check that the path exists and that you may read it'}`,
  ),
  'cannot-write': row(
    exitCodes.failed,
    (d) => `Cannot write ${d.path}: ${d.reason}`,
    (d) => `${d.hint ?? 'Check free space and permissions, then run the command again'}`,
  ),
  'unknown-source': row(
    exitCodes.failed,
    (d) => `There is neither a tool nor a file called "${d.name}"`,
    (d) => `${d.hint}`,
  ),
  'not-a-transcript': row(
    exitCodes.failed,
    (d) => `${d.path} is not a transcript that convo knows`,
    () => 'convo import --help lists the tools',
  ),
  'ref-moved': row(
    exitCodes.failed,
    (d) => `${d.ref} was moved by another program`,
    () => 'Run the command again',
  ),
  'git-failed': row(
    exitCodes.failed,
    (d) => `git ${d.command} failed: ${d.reason}`,
    () => 'convo verify',
  ),
  'no-git': row(
    exitCodes.failed,
    () => 'There is no git on this machine',
    () => 'Install git, or use --engine isomorphic',
  ),
  'bad-object': row(
    exitCodes.failed,
    (d) => `Object ${d.oid} of the store is damaged: ${d.reason}`,
    () => 'convo verify',
  ),
  'bad-page': row(
    exitCodes.failed,
    (d) => `A page of the store cannot be read: ${d.reason}`,
    () => 'convo verify',
  ),
  'bad-config': row(
    exitCodes.usage,
    (d) => `${d.path}: ${d.reason}`,
    () => 'convo config',
  ),
  'loose-permissions': row(
    exitCodes.failed,
    (d) => `${d.path} can be written by other users`,
    (d) => `chmod -R go-rwx '${d.path}'`,
  ),
  ...branchErrors,
  ...remoteErrors,
  ...syncErrors,
  ...resumeErrors,
} satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** A failure with a row in the table; anything else that is thrown is a bug. */
export class ConvoError extends Error {
  readonly code: ErrorCode;
  readonly data: Data;

  constructor(code: ErrorCode, data: Data = {}, cause?: unknown) {
    super((errorTable[code] as ErrorRow).message(data), cause === undefined ? undefined : { cause });
    this.name = 'ConvoError';
    this.code = code;
    this.data = data;
  }

  get exit(): ExitCode {
    return errorTable[this.code].exit;
  }

  get hint(): string | undefined {
    return (errorTable[this.code] as ErrorRow).hint?.(this.data);
  }
}

/** Returns the error to throw: `throw fail('no-store', { path })`. */
export function fail(code: ErrorCode, data: Data = {}, cause?: unknown): ConvoError {
  return new ConvoError(code, data, cause);
}

const kept = new WeakMap<object, string>();

/** Notes with an error where a text lies that the user wrote, and of which nothing came. */
export function noteKept(error: unknown, path: string): void {
  if (typeof error === 'object' && error !== null) kept.set(error, path);
}

/** Returns where what the user wrote lies, when an error says so. */
export const keptWith = (error: unknown): string | undefined => (typeof error === 'object' && error !== null ? kept.get(error) : undefined);
