import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { Transcript } from '../support/claude-code.ts';
import { ImportHome } from '../support/import-home.ts';
import { startWorker } from '../support/import-process.ts';
import { fsckOf, gitOf, tellStore, turnIds } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const fileOf = (session: number): string => `.claude/projects/-w-lines/5e551000-0000-4000-8000-${String(session).padStart(12, '0')}.jsonl`;

interface Race {
  processes: number;
  imports: number;
  engines: ('system' | 'isomorphic')[];
  /** All processes continue one conversation, each in a fork of its own; else each has a conversation of its own. */
  one: boolean;
}

async function race(t: TestContext, { processes, imports, engines, one }: Race): Promise<void> {
  const home = new ImportHome(t);
  const origin = new Transcript();
  origin.user('One');
  origin.says('1');
  for (let number = 1; one && number <= processes; number += 1) {
    const copy = Buffer.from(origin.bytes)
      .toString('utf8')
      .replaceAll('5e551000-0000-4000-8000-000000000000', fileOf(number).slice(-42, -6));
    await home.put(fileOf(number), copy);
  }
  await home.put(fileOf(0), origin.bytes);
  await home.import();
  const workers = Array.from({ length: processes }, (_, index) =>
    startWorker({
      home: home.home,
      store: home.store(),
      engine: engines[index % engines.length] ?? 'system',
      grows: { file: home.path(fileOf(index + 1)), first: (index + 1) * 10_000 + 1, count: imports },
    }),
  );
  let racing = true;
  const collecting = (async () => {
    let runs = 0;
    for (; racing; runs += 1) {
      const gc = spawn('git', ['--git-dir', home.gitdir(), 'gc', '--quiet'], { stdio: 'ignore' });
      await once(gc, 'close');
    }
    return runs;
  })();
  const complaints = await Promise.all(workers.map(({ ended }) => ended));
  racing = false;
  assert.ok((await collecting) > 0);
  assert.deepEqual(
    complaints,
    workers.map(() => ''),
  );
  for (const { acknowledged } of workers) assert.equal(acknowledged.length, imports);
  assert.equal(fsckOf(home.gitdir()), '');
  await sameAsUndisturbed(home);
}

/** Every turn and every record that an import of the same files into a fresh store has is there, without another import. */
async function sameAsUndisturbed(home: ImportHome): Promise<void> {
  await home.import({ store: 'undisturbed' });
  const [now, undisturbed] = [tellStore(home.gitdir()), tellStore(home.gitdir('undisturbed'))];
  assert.deepEqual(turnIds(home.gitdir()), turnIds(home.gitdir('undisturbed')));
  assert.deepEqual(now.raw, undisturbed.raw);
  assert.deepEqual(now.tips, undisturbed.tips);
  const operations = gitOf(home.gitdir(), 'rev-list', '--count', 'refs/convo/ops').trim();
  assert.ok(Number(operations) > 1);
  const again = await home.import({ again: true });
  assert.equal(again.turnsAdded, 0);
  assert.deepEqual(tellStore(home.gitdir()).refs, now.refs);
}

describe('imports at the same time, with git gc', () => {
  const two = { processes: 2, imports: full ? 100 : 8 };
  const four = { processes: 4, imports: full ? 50 : 4 };
  test('two processes, one conversation', (t) => race(t, { ...two, engines: ['system'], one: true }));
  test('four processes, many conversations, both engines', (t) => race(t, { ...four, engines: ['system', 'isomorphic'], one: false }));
  if (!full) return;
  test('two processes, many conversations', (t) => race(t, { ...two, engines: ['system'], one: false }));
  test('two processes, one conversation, both engines', (t) => race(t, { ...two, engines: ['system', 'isomorphic'], one: true }));
  test('two processes, one conversation, embedded engine', (t) => race(t, { ...two, engines: ['isomorphic'], one: true }));
  test('four processes, one conversation', (t) => race(t, { ...four, engines: ['system'], one: true }));
  test('four processes, one conversation, both engines', (t) => race(t, { ...four, engines: ['system', 'isomorphic'], one: true }));
});
