import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { version } from '../../src/version.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

async function started(argv: string[], act: (child: ReturnType<typeof start>) => void) {
  const child = start(argv);
  let err = '';
  let out = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  act(child);
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const start = (argv: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', cli, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, CONVO_HOME: '/dev/null/none' },
  });

test('the program prints, keeps the exit code of the command, and says nothing when its reader leaves', async () => {
  const [told, wrong, left] = await Promise.all([
    started(['--version'], () => {}),
    started(['lgo'], () => {}),
    started(['help'], (child) => child.stdout.destroy()),
  ]);
  assert.deepEqual(told, { code: 0, out: `convo ${version}\n`, err: '' });
  assert.deepEqual([wrong.code, wrong.out], [2, '']);
  assert.deepEqual(left, { code: 0, out: '', err: '' });
});
