import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { delimiter, isAbsolute, join } from 'node:path';
import { builtin } from '../../builtin.ts';
import { type ConvoError, fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { ForgetChild } from '../claim.ts';
import { errno, isAbsent } from '../files.ts';

/** A git program and the repository that it works on; `path` is absolute. */
export interface Git {
  readonly host: Host;
  readonly path: string;
  readonly gitdir: string;
  /** What is added to the local environment, or stands in its place there. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of what is derived, where there is one. */
  readonly state?: string;
}

/** Of a repository that may be hostile, nothing may run (reliability.md 4.6); of ours, everything is made durable. */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.symlinks=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.alternateRefsCommand=',
  'protocol.ext.allow=never',
  'fetch.fsckObjects=true',
  'transfer.fsckObjects=true',
  'receive.fsckObjects=true',
  'fetch.recurseSubmodules=no',
  'submodule.recurse=false',
  'safe.bareRepository=explicit',
  'transfer.credentialsInUrl=die',
  'transfer.bundleURI=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'core.sharedRepository=0600',
  'core.logAllRefUpdates=false',
  'core.fsync=all',
  'core.fsyncMethod=batch',
  'core.filesRefLockTimeout=500',
  'core.packedRefsTimeout=5000',
];

/** The settings as arguments: they stand before git's own command. */
export const hardening = settings.flatMap((setting) => ['-c', setting]);

const kept = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'SystemRoot', 'SYSTEMROOT', 'ComSpec'];

/** Returns the environment of a git that works on the store alone: nothing of the user's git settings reaches it. */
export function localEnvironment(host: Host, gitdir: string): Record<string, string> {
  const own = kept.flatMap((key) => (host.env[key] === undefined ? [] : [[key, host.env[key]]]));
  return {
    ...Object.fromEntries(own),
    GIT_DIR: gitdir,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
}

/** The local environment without what shuts out the user's settings. */
function remoteBase(host: Host, gitdir: string): Record<string, string> {
  const { GIT_CONFIG_NOSYSTEM: _system, GIT_CONFIG_GLOBAL: _global, ...base } = localEnvironment(host, gitdir);
  return base;
}

async function isProgram(host: Host, path: string): Promise<boolean> {
  try {
    const stat = host.fs.statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true && (host.platform === 'win32' || (stat.mode & 0o111) !== 0);
  } catch (error) {
    if (isAbsent(error) || errno(error) === 'EACCES') return false;
    throw error;
  }
}

/** Returns the absolute path of the first git in PATH, undefined without one. Relative entries of PATH do not count. */
export async function findGit(host: Host): Promise<string | undefined> {
  const name = host.platform === 'win32' ? 'git.exe' : 'git';
  for (const folder of (host.env.PATH ?? host.env.Path ?? '').split(delimiter)) {
    if (isAbsolute(folder) && (await isProgram(host, join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

export interface GitProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Exit code, or 128 + signal number's stand-in when it was killed; never rejects. */
  readonly ended: Promise<number>;
  /** What it printed on stderr so far, made safe for a terminal, at most 2,000 characters. */
  complaint(): string;
}

/** Returns text of another program without control characters, cut to 2,000 characters. */
export function safeText(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/\p{Cc}/gu, '').trimEnd());
  return lines.filter(Boolean).join('\n').slice(0, 2_000);
}

/** Starts git without a shell. Failure to start shows as a code of 127. */
export function startGit(git: Git, args: readonly string[]): GitProcess {
  const { host, gitdir } = git;
  host.onSpawn?.(git.path, args);
  const child = builtin.childProcess.spawn(git.path, [...hardening, ...args], {
    cwd: gitdir,
    env: { ...(git.environment ? remoteBase(host, gitdir) : localEnvironment(host, gitdir)), ...git.environment },
    stdio: 'pipe',
    shell: false,
    windowsHide: true,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    if (text.length < 65_536) text += more;
  });
  child.stdin.on('error', () => undefined); // a process that ends early says why on stderr and by its code
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      text += error.message;
      resolve(127);
    });
    child.on('close', (code, signal) => {
      if (signal) text += `killed by ${signal}`;
      resolve(code ?? 128);
    });
  });
  return { child, ended, complaint: () => safeText(text) };
}

/** Told of a process before it gets its input, so that its claim on locks is written down first. */
export type Started = (pid: number) => Promise<ForgetChild>;

/** Gives a process its input and waits for its end, having told of it; returns its exit code. */
export async function runTold({ child, ended }: GitProcess, input: string, started: Started): Promise<number> {
  if (child.pid === undefined) return ended;
  try {
    const forget = await started(child.pid);
    child.stdin.end(input);
    await ended;
    await forget();
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  return ended;
}

export interface Output {
  code: number;
  stdout: Buffer;
  complaint: string;
}

/** Runs one git command to its end, with `input` on its stdin. Never throws for what git says: look at the code. */
export async function runGit(git: Git, args: readonly string[], input: string | Uint8Array = ''): Promise<Output> {
  const process = startGit(git, args);
  const pieces: Buffer[] = [];
  process.child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  process.child.stdin.end(input);
  const code = await process.ended;
  return { code, stdout: Buffer.concat(pieces), complaint: process.complaint() };
}

/** Returns the error for a git command that failed. */
export function gitFailed(command: string, complaint: string, code?: number): ConvoError {
  return fail('git-failed', { command, reason: complaint || `exit code ${code ?? 'unknown'}` });
}
