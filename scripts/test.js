// Runs the tests: node scripts/test.js [file ...]. Prints node's summary and, last, "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv.slice(2);
const files =
  named.length > 0
    ? named
    : readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts') && !name.startsWith('clients') && !name.startsWith('campaigns'))
        .sort()
        .map((name) => join('test', name));

const run = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    // By itself node leaves a core unused, which is half of a machine with two.
    `--test-concurrency=${availableParallelism()}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    '--test-reporter-destination=stderr',
    ...files,
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    maxBuffer: 1 << 30,
  },
);
const tap = run.stderr.toString();
const count = (word) => Number(/^# (\w+) (\d+)$/.test(tap) ? 0 : (tap.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0));
console.log(`${count('pass')} passed, ${count('fail') + count('cancelled')} failed`);
process.exit(run.status ?? 1);
