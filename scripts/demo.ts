// The main job in a minute: imports a small home folder of fixtures into a throw-away store, then lists, logs, shows, forks, compares, merges and undoes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOutHome } from './demo-home.ts';

const lines = [
  ...['import', 'list', 'log --graph', 'show'],
  // Forked in the middle, compared, merged back, taken back: as the README tells it.
  ...['switch -c strict 8cb8/main@2', 'cherry-pick 8cb8/main-7j7ayddt@3 8cb8/main-7j7ayddt@4', 'branch', 'diff main'],
  ...['merge strict --into main', 'log main --graph', 'undo'],
  'verify',
];
const root = fileURLToPath(new URL('..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'convo-demo-'));
const env = { ...process.env, HOME: home, USERPROFILE: home, CONVO_HOME: join(home, '.convo'), CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' };

function run(command: string, args: readonly string[], quiet = false): void {
  const { status } = spawnSync(command, args, {
    cwd: quiet ? root : home,
    env,
    stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function show(line: string): void {
  console.log(`\n$ convo ${line}`);
  run(process.execPath, [join(root, 'dist', 'convo.cjs'), '--no-pager', ...line.split(' ')]);
}

try {
  run(process.execPath, [join(root, 'scripts', 'build.js')], true);
  layOutHome(home, new Date(Date.now() - 24 * 60 * 60 * 1000));
  for (const line of lines) show(line);
  console.log('\nThis store is gone now. For your own conversations: npm link, then convo import');
} finally {
  rmSync(home, { recursive: true, force: true });
}
