import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../../src/store/engine.ts';
import { fsck, git, temporaryFolder, testHost } from './sandbox.ts';

const worker = fileURLToPath(new URL('./race-worker.ts', import.meta.url));
const full = process.env.CONVO_CAMPAIGN === 'full';

interface Writer {
  choice: 'system' | 'isomorphic';
  count: number;
}

async function run(gitdir: string, { choice, count }: Writer, name: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', worker, gitdir, choice, name, `${count}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  child.stdout.resume();
  const [code] = await once(child, 'close');
  assert.equal(code, 0, complaint);
}

async function collect(gitdir: string, done: Promise<unknown>): Promise<number> {
  let over = false;
  let runs = 0;
  const end = done.finally(() => {
    over = true;
  });
  while (!over) {
    const gc = spawn('git', ['--git-dir', gitdir, 'gc', '-q'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    gc.stderr.on('data', (text) => {
      complaint += text;
    });
    const [code] = await once(gc, 'close');
    assert.equal(code, 0, complaint);
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await end;
  return runs;
}

function race(title: string, writers: Writer[], alongside: boolean): void {
  test(title, async (t) => {
    const gitdir = join(temporaryFolder(t), 'store.git');
    const engine = await openEngine(testHost(), gitdir, 'isomorphic');
    await engine.init();
    const writing = Promise.all(writers.map((writer, n) => run(gitdir, writer, `w${n}`)));
    if (alongside) assert.ok((await collect(gitdir, writing)) > 0);
    else await writing;
    const wanted = writers.flatMap(({ count }, writer) => Array.from({ length: count }, (_, n) => `w${writer}-${n}`));
    const log = git(gitdir, ['log', '--format=%s', 'tool/race/main']).split('\n').filter(Boolean);
    assert.deepEqual(log.sort(), [...wanted].sort());
    const files = git(gitdir, ['ls-tree', '-r', '--name-only', 'tool/race/main']).split('\n').filter(Boolean);
    assert.deepEqual(files.sort(), wanted.map((turn) => `turns/${turn}.md`).sort());
    assert.equal(fsck(gitdir), '');
    assert.deepEqual((await engine.check()).problems, []);
    assert.deepEqual(readdirSync(join(gitdir, 'convo')), []);
    await engine.close();
  });
}

const times = (count: number, short: number) => (full ? count : short);

race('two isomorphic writers lose nothing', Array(2).fill({ choice: 'isomorphic', count: times(100, 15) }), false);
race('two system writers lose nothing', Array(2).fill({ choice: 'system', count: times(100, 15) }), false);
race(
  'four writers of both engines lose nothing while git gc runs',
  (['system', 'isomorphic', 'system', 'isomorphic'] as const).map((choice) => ({ choice, count: times(50, 8) })),
  true,
);
