import { StringDecoder } from 'node:string_decoder';
import { fail } from '../../errors.ts';
import { type Git, runGit, safeText, startGit } from '../system/spawn.ts';
import { progressOf } from './git-progress.ts';
import type { RemoteUrl } from './url.ts';
import type { OnProgress } from './wire.ts';

/** What the user's own way to a host rests on: ssh agents, proxies, certificates, key rings, and the git settings that name helpers. */
const users = [
  ...['USER', 'LOGNAME', 'USERNAME', 'SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'SSH_ASKPASS', 'DISPLAY', 'WAYLAND_DISPLAY', 'TERM'],
  ...['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'GNUPGHOME', 'GPG_TTY', 'KRB5CCNAME'],
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'PROGRAMDATA', 'ProgramData', 'PROGRAMFILES', 'PATHEXT', 'WINDIR'],
  ...['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_SSH_COMMAND', 'GIT_SSH', 'GIT_SSH_VARIANT', 'GIT_ASKPASS'],
  ...['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'GIT_SSL_CERT', 'GIT_SSL_KEY', 'GIT_PROXY_SSL_CAINFO', 'GIT_HTTP_PROXY_AUTHMETHOD'],
];

/** A URL may be rewritten by the user's `insteadOf` to another safe protocol; a path stays one, and nothing ever becomes `ext`. */
const allowed: Record<RemoteUrl['protocol'], string> = {
  https: 'https:ssh',
  ssh: 'ssh:https',
  http: 'http:https:ssh',
  git: 'git:https:ssh',
  file: 'file',
};

/** Returns what a git that talks to a remote has instead of the local environment: the user's settings count, prompts only on a terminal. */
async function remoteEnvironment(git: Git, url: RemoteUrl, anonymous: boolean): Promise<Record<string, string>> {
  const { host } = git;
  const asks = host.interactive === true && !anonymous;
  const kept = anonymous ? users.filter((key) => !/^(GIT|SSH)_/.test(key)) : users;
  const environment: Record<string, string> = {
    ...Object.fromEntries(kept.flatMap((key) => (host.env[key] === undefined ? [] : [[key, host.env[key]]]))),
    GIT_TERMINAL_PROMPT: asks ? '1' : '0',
    GIT_ALLOW_PROTOCOL: allowed[url.protocol],
    ...(anonymous && { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', HOME: git.gitdir, XDG_CONFIG_HOME: git.gitdir }),
  };
  if (asks) return environment;
  environment.GIT_ASKPASS = '';
  environment.SSH_ASKPASS_REQUIRE = 'never';
  const ownSsh = environment.GIT_SSH_COMMAND ?? environment.GIT_SSH ?? (url.protocol === 'file' ? 'none' : undefined);
  if (ownSsh === undefined && (await configured({ ...git, environment }, 'core.sshCommand')) === undefined)
    environment.GIT_SSH_COMMAND = 'ssh -oBatchMode=yes';
  return environment;
}

async function configured(git: Git, key: string): Promise<string | undefined> {
  const { code, stdout } = await runGit(git, ['config', '--get', key]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** Settings of the user's that would change what is asked for. */
const overruling = [
  'fetch.unpackLimit=1',
  'fetch.writeCommitGraph=false',
  'protocol.version=2',
  'push.followTags=false',
  'push.gpgSign=false',
  'push.recurseSubmodules=no',
  'push.autoSetupRemote=false',
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=120',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting]);

export interface RemoteRun {
  code: number;
  stdout: string;
  /** What git and the remote said, without progress; safe to show, at most 2,000 characters. */
  said: string;
  /** Set where it was stopped: the output was longer than allowed, or `stop` said so. */
  stopped?: string;
}

export interface RemoteRunOptions {
  input?: string;
  onProgress?: OnProgress;
  /** Without the user's credentials, settings and keys. */
  anonymous?: boolean;
  /** Asked four times a second: a reason to end it. */
  stop?(): Promise<string | undefined>;
}

/** Output of one git, in bytes: 100,000 refs with names of 500 characters. */
const maxOutput = 64 << 20;

/** Runs one git command that talks to a remote to its end. Never throws for what git says: look at the code. */
export async function runRemote(git: Git, url: RemoteUrl, args: readonly string[], options: RemoteRunOptions = {}): Promise<RemoteRun> {
  const environment = await remoteEnvironment(git, url, options.anonymous === true);
  const { child, ended } = startGit({ ...git, environment }, [...overruling, ...args]);
  const pieces: Buffer[] = [];
  let size = 0;
  let stopped: string | undefined;
  const stop = (reason: string) => {
    stopped ??= reason;
    child.kill('SIGTERM');
  };
  child.stdout.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > maxOutput) stop('its list of refs is longer than 64 MB');
    else pieces.push(piece);
  });
  const heard = hearing(options.onProgress);
  child.stderr.on('data', heard.hear);
  const interrupt = () => stop('interrupted');
  git.host.signal.addEventListener('abort', interrupt);
  const timer = options.stop && setInterval(() => void options.stop?.().then((reason) => reason !== undefined && stop(reason)), 250);
  child.stdin.end(options.input ?? '');
  const code = await ended;
  clearInterval(timer);
  git.host.signal.removeEventListener('abort', interrupt);
  return { code, stdout: Buffer.concat(pieces).toString('utf8'), said: heard.said(), ...(stopped !== undefined && { stopped }) };
}

/** Lines of stderr, progress told and the others kept: the first and the last of many. */
function hearing(onProgress: OnProgress | undefined) {
  const lines: string[] = [];
  let rest = '';
  const take = (line: string) => {
    const progress = progressOf(line);
    if (progress) onProgress?.(progress);
    else if (line.trim() !== '') lines.length < 100 ? lines.push(line) : lines.splice(50, 1, ...lines.splice(51), line);
  };
  const decoder = new StringDecoder('utf8');
  return {
    hear(piece: Buffer) {
      const parts = (rest + decoder.write(piece)).split(/\r\n?|\n/);
      rest = (parts.pop() ?? '').slice(0, 10_000);
      for (const part of parts) take(part);
    },
    said() {
      take(rest);
      return safeText(lines.join('\n'));
    },
  };
}

/** Returns what a run that failed says, on one line. */
export function reasonOf({ said, code, stopped }: RemoteRun): string {
  // git looks for the refs of the store through `core.alternateRefsCommand`, which is empty.
  const spoken = said.split('\n').filter((line) => !/^(warning|hint): |^error: cannot run : |^remote: Total /.test(line));
  return stopped ?? (spoken.join('; ').replace(/\b(fatal|error): /g, '') || `git ended with code ${code}`);
}

/** Returns the error for a remote that did not answer as it should, with its own words. */
export const remoteFailed = (url: RemoteUrl, run: RemoteRun): Error => fail('remote-failed', { url: url.shown, reason: reasonOf(run) });

const sentBadly =
  /fsck error|index-pack failed|invalid (index-pack|tree|commit|tag)|is a (blob|tree|commit|tag), not a|unpack-objects failed|did not send all necessary objects|bad (object|tree|blob|commit)|inflate|corrupt|unresolved delta|missing (blob|tree|commit|object)|invalid (object|sha1)|unable to (read|parse|find) |hash mismatch|not our ref/i;
const cutOff = /early EOF|unexpected disconnect|hung up/i;

/** Tells whether a transfer failed because of what was sent, not because of who, where or how. */
export function isContentFault({ said, stopped }: RemoteRun): boolean {
  if (stopped !== undefined) return stopped.startsWith('more than');
  if (cutOff.test(said) && !/fsck error|(^|\n)remote: .*(fatal|error|abort|corrupt)/.test(said)) return false;
  return sentBadly.test(said);
}
