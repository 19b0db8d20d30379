import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Host, realHost } from '../../src/host.ts';

/**
 * The number of a process that is gone, and that no other one is given while a test runs: above what any system gives out. One that a
 * process really had comes round again in minutes where many are started, and then its holder lives.
 */
export const deadPid = 2 ** 31 - 2;

/** Returns a folder that is removed when the test ends. */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'convo-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Returns the host of this process with some of it replaced. */
export function testHost(changes: Partial<Host> = {}): Host {
  return { ...realHost(new AbortController().signal), ...changes };
}

/** Runs the git of this machine by hand, as the oracle; throws when it fails. */
export function git(gitdir: string, args: string[], input?: string | Uint8Array): string {
  const run = spawnSync('git', ['--git-dir', gitdir, ...args], {
    input,
    maxBuffer: 1 << 28,
    env: { PATH: process.env.PATH, HOME: gitdir, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
  });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr.toString()}`);
  return run.stdout.toString();
}

/** Returns what `git fsck --full --strict` complains about, '' for a clean repository. */
export function fsck(gitdir: string): string {
  const run = spawnSync('git', ['--git-dir', gitdir, 'fsck', '--full', '--strict', '--no-dangling', '--no-progress'], {
    env: { PATH: process.env.PATH, HOME: gitdir, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
  });
  const text = `${run.stdout}${run.stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('notice:'));
  if (run.status !== 0) text.push(`exit code ${run.status}`);
  return text.join('\n');
}
