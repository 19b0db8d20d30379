// The wrapper around a real client: a network namespace with loopback only, a process namespace that dies with us, an empty environment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
const namespaces = [...asRoot, '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
const tsx = createRequire(import.meta.url).resolve('tsx');

/** Returns why clients cannot be shut in on this machine; undefined when they can. */
export function cannotIsolate(): string | undefined {
  const tried = spawnSync('unshare', [...namespaces, 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8', timeout: 10_000 });
  if (tried.status === 0) return undefined;
  return `cannot isolate: ${(tried.error?.message ?? tried.stderr).trim() || 'unshare failed'}`;
}

/** Starts a TypeScript file of this folder shut in; all it starts ends with it. */
export function startIsolated(file: string, args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const inside = 'ip link set lo up && exec "$0" "$@"';
  return spawn('unshare', [...namespaces, 'sh', '-c', inside, process.execPath, '--import', tsx, path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: bareEnvironment('/nonexistent'),
  });
}

/** Returns the whole environment of a client with this home. */
export function bareEnvironment(home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  };
}
