import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Client } from './scenarios/scenario.ts';

/** Package → variable that pins its version; without it the newest is taken. */
const packages: Record<string, string> = {
  '@anthropic-ai/claude-code': 'CONVO_CLIENTS_CLAUDE_CODE',
  '@openai/codex': 'CONVO_CLIENTS_CODEX',
};
const freshFor = 24 * 3600 * 1000;

export interface Clients {
  commands: Record<Client, string>;
  versions: string[];
}

/** Returns the folder where the clients are installed, outside the project: `$CONVO_CLIENTS_CACHE`, else below the user's cache folder. */
export function cacheFolder(): string {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.CONVO_CLIENTS_CACHE ?? join(caches, 'convo-clients');
}

/** Installs the current clients, at most once a day, or returns in words why they cannot be installed. Runs none of their install scripts. */
export function installClients(folder: string): Clients | string {
  mkdirSync(folder, { recursive: true });
  const stamp = join(folder, 'installed');
  const wanted = Object.entries(packages).map(([name, variable]) => `${name}@${process.env[variable] ?? 'latest'}`);
  const same = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted.join('\n');
  const fresh = same && Date.now() - statSync(stamp).mtimeMs < freshFor;
  const why = fresh ? undefined : install(folder, wanted);
  if (why === undefined && !fresh) writeFileSync(stamp, wanted.join('\n'));
  const found = findClients(folder);
  if (found) return found;
  return `cannot install: ${why ?? 'the packages hold no program for this platform'}`;
}

function install(folder: string, wanted: string[]): string | undefined {
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
  const npm = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', timeout: 240_000 });
  if (npm.status === 0) return undefined;
  return npm.error?.message ?? (npm.stderr.trim().split('\n')[0] || 'npm failed');
}

function findClients(folder: string): Clients | undefined {
  const modules = join(folder, 'node_modules');
  const makers = join(modules, '@anthropic-ai');
  const builds = existsSync(makers) ? readdirSync(makers).sort() : [];
  const claude = builds.map((name) => join(makers, name, 'claude')).find((path) => existsSync(path));
  const codex = join(modules, '.bin', 'codex');
  if (claude === undefined || !existsSync(codex)) return undefined;
  return {
    commands: { 'claude-code': claude, codex },
    versions: Object.keys(packages).map((name) => `${name} ${versionOf(join(modules, name))}`),
  };
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return String(version);
}
