import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ConvoError } from '../../src/errors.ts';
import { type Fault, faultyFs } from '../store/faulty-fs.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { ImportHome, importOnce } from '../support/import-home.ts';
import { killGroup, startWorker } from '../support/import-process.ts';
import { randomFrom } from '../support/mutate.ts';
import { renumbered, scenes } from '../support/scenes.ts';
import { fsckOf, type ToldStore, tellStore } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const transcriptPath = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
/** Long enough for locks and temporary files without an owner to be given up. */
const later = 2 * 60 * 60_000;

/** A long conversation, and `cases` of the others. */
async function fill(home: ImportHome, exchanges: number, cases: number): Promise<void> {
  const t = new Transcript();
  for (let count = 0; count < exchanges; count += 1) {
    t.user(`Question ${count}`);
    t.says(`Answer ${count} ${'word '.repeat(200)}`);
  }
  await home.put(transcriptPath, t.bytes);
  const others = scenes().slice(0, cases);
  for (const [index, { files }] of others.entries()) await home.putAll(renumbered(files, index + 1));
}

/** Locks, temporary files and scratch folders that a dead process may leave. */
function leftovers(home: ImportHome, store: string): string[] {
  const names = readdirSync(home.store(store), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.lock$|\/lock$|\.tmp$|\/\.?tmp[-_]|\/takeover$|\/\.(lock|dead)-|store\.git\/convo\/\d/.test(name));
}

function equalStores(home: ImportHome, store: string, undisturbed: ToldStore, hint: string): void {
  const told = tellStore(home.gitdir(store));
  assert.deepEqual(told.tips, undisturbed.tips, hint);
  assert.deepEqual(told.raw, undisturbed.raw, hint);
  assert.equal(told.catalogue, undisturbed.catalogue, hint);
}

describe('an import that is killed', () => {
  for (const engine of ['system', 'isomorphic'] as const)
    test(`${engine}: at a random moment, and the next run ends as an undisturbed one`, async (t) => {
      const home = new ImportHome(t);
      await fill(home, full ? 20 : 10, 3);
      const started = performance.now();
      const { ended } = startWorker({ home: home.home, store: home.store('undisturbed'), engine });
      assert.equal(await ended, '');
      const length = performance.now() - started;
      const undisturbed = tellStore(home.gitdir('undisturbed'));
      const random = randomFrom(engine.length);
      for (let round = 0; round < (full ? 100 : 5); round += 1) {
        const delay = length * (0.25 + 0.85 * random());
        await killOnce(home, `killed-${round}`, engine, delay, undisturbed);
      }
    });
});

async function killOnce(
  home: ImportHome,
  store: string,
  engine: 'system' | 'isomorphic',
  delay: number,
  undisturbed: ToldStore,
): Promise<void> {
  const hint = `${engine} killed after ${Math.round(delay)} ms`;
  const worker = startWorker({ home: home.home, store: home.store(store), engine });
  await Promise.race([setTimeout(delay), worker.ended]);
  killGroup(worker);
  await worker.ended;
  const exists = readdirSync(home.folder).includes(store) && readdirSync(home.store(store)).includes('store.git');
  if (exists && readdirSync(home.gitdir(store)).includes('objects')) {
    if (readdirSync(home.gitdir(store)).includes('HEAD')) assert.equal(fsckOf(home.gitdir(store)), '', hint);
    if (worker.acknowledged.length > 0) equalStores(home, store, undisturbed, `${hint}, acknowledged`);
  }
  await home.import({ store, engine, later });
  equalStores(home, store, undisturbed, hint);
  assert.equal(fsckOf(home.gitdir(store)), '', hint);
  await home.put('.claude/projects/-w-lines/5e551000-0000-4000-8000-00000000ffff.jsonl', more());
  await home.import({ store, engine, later });
  assert.deepEqual(leftovers(home, store), [], hint);
  rmSync(home.path('.claude/projects/-w-lines/5e551000-0000-4000-8000-00000000ffff.jsonl'));
  rmSync(home.store(store), { recursive: true });
}

function more(): Uint8Array {
  const t = new Transcript({ sessionId: '5e551000-0000-4000-8000-00000000ffff' });
  t.user('More', { uuid: uuidOf(7_000_001) });
  t.says('Yes', { uuid: uuidOf(7_000_002) });
  return t.bytes;
}

const faults: Fault[] = ['ENOSPC', 'EIO', 'EACCES', 'crash-before', 'crash-after', 'power-loss'];

describe('an import whose disk fails', () => {
  for (const engine of ['system', 'isomorphic'] as const)
    for (const [index, fault] of faults.entries())
      test(`${engine}: ${fault} at any write, and the next run ends as an undisturbed one`, async (t) => {
        const home = new ImportHome(t);
        await fill(home, full ? 15 : 2, full ? 3 : 1);
        await home.import({ store: 'undisturbed', engine });
        const undisturbed = tellStore(home.gitdir('undisturbed'));
        const step = full ? (engine === 'system' ? 1 : 3) : engine === 'system' ? 47 : 211;
        let at = full ? 1 : 2 + index * 3;
        while (await failOnce(home, engine, fault, at, undisturbed)) at += step;
        assert.ok(at > 15, `only ${at} writes`);
      });
});

/** Fails one import at its `at`-th write; returns false when it has fewer. */
async function failOnce(
  home: ImportHome,
  engine: 'system' | 'isomorphic',
  fault: Fault,
  at: number,
  undisturbed: ToldStore,
): Promise<boolean> {
  const hint = `${engine}: ${fault} at write ${at}`;
  const store = `failed-${fault}-${at}`;
  const faulty = faultyFs(fault, at);
  const standIn = spawn('sleep', ['600'], { stdio: 'ignore' }); // its end is the death of the process that the import runs in
  const run = importOnce({ ...home.host(), fs: faulty.fs, pid: standIn.pid ?? 0 }, home.store(store), engine);
  const failure = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  standIn.kill('SIGKILL');
  await once(standIn, 'exit');
  if (!faulty.hit()) {
    assert.equal(failure, undefined, hint);
    equalStores(home, store, undisturbed, `${hint}, which never came`);
    return false;
  }
  if (fault === 'power-loss') await faulty.loseUnsynced();
  if (fault.startsWith('E'))
    assert.ok(
      failure === undefined || (failure instanceof ConvoError && failure.code === 'cannot-write'),
      `${hint}: ${failure instanceof Error ? failure.stack : ''}`,
    );
  if (failure === undefined && (await run).failed.length === 0) equalStores(home, store, undisturbed, `${hint}, acknowledged`);
  await home.import({ store, engine, later });
  equalStores(home, store, undisturbed, hint);
  assert.equal(fsckOf(home.gitdir(store)), '', hint);
  await home.import({ store, engine, later, again: true });
  assert.deepEqual(leftovers(home, store), [], hint);
  return true;
}
