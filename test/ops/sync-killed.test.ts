import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { killGroup, type Worker } from '../support/import-process.ts';
import { Machine, refsOf, sharedRemote } from '../support/machine.ts';
import { randomFrom } from '../support/mutate.ts';
import { Chance } from '../support/sync/play.ts';
import { Work } from '../support/sync/work.ts';
import { fsckOf } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const script = fileURLToPath(new URL('../support/sync-worker.ts', import.meta.url));

function start(machine: Machine, verb: string): Worker {
  const { home } = machine;
  const child = spawn(process.execPath, ['--import', 'tsx', script, home.home, home.store(), verb], { stdio: 'pipe', detached: true });
  const acknowledged: string[] = [];
  let complaint = '';
  child.stdout.on('data', (text) => acknowledged.push(String(text)));
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code === 0 ? '' : complaint || `ended with ${code ?? signal}`));
  return { child, acknowledged, ended };
}

/** Two machines with work that the other has not, one conversation of both of which goes on on both. */
async function prepared(t: TestContext): Promise<{ url: string; works: Work[] }> {
  const url = sharedRemote(t);
  const chance = new Chance(7);
  const works = [new Work(new Machine(t, url), chance), new Work(new Machine(t, url), chance)];
  for (const work of works) for (let count = 0; count < 5; count += 1) await work.exchange(works);
  for (const { machine } of works) await machine.sync();
  for (const work of works) for (let count = 0; count < 3; count += 1) await work.exchange(works);
  await works[0]?.machine.sync();
  return { url, works };
}

test('killed in the middle of fetching, agreeing or pushing: the next sync finishes', async (t) => {
  const { url, works } = await prepared(t);
  const [, work] = works;
  if (!work) return;
  const { machine } = work;
  const [store, remote] = [machine.home.store(), `${url}.kept`];
  cpSync(store, `${store}.kept`, { recursive: true });
  cpSync(url, remote, { recursive: true });
  const reset = () => {
    for (const [to, from] of [
      [store, `${store}.kept`],
      [url, remote],
    ] as const) {
      rmSync(to, { recursive: true });
      cpSync(from, to, { recursive: true });
    }
  };
  const started = performance.now();
  const undisturbed = start(machine, 'sync');
  assert.equal(await undisturbed.ended, '');
  const length = performance.now() - started;
  const wanted = work.turns(url);
  const random = randomFrom(11);
  for (let round = 0; round < (full ? 100 : 2); round += 1) {
    reset();
    const delay = length * (0.3 + 0.75 * random());
    const hint = `killed after ${Math.round(delay)} of ${Math.round(length)} ms`;
    const worker = start(machine, 'sync');
    await Promise.race([setTimeout(delay), worker.ended]);
    killGroup(worker);
    await worker.ended;
    for (const gitdir of [machine.gitdir, url]) assert.equal(fsckOf(gitdir), '', hint);
    await machine.sync();
    assert.equal(machine.refs(), refsOf(url), hint);
    for (const turn of wanted) assert.ok(work.turns(url).has(turn), `${hint}: turn ${turn} is gone`);
    for (const gitdir of [machine.gitdir, url]) assert.equal(fsckOf(gitdir), '', hint);
  }
  for (const { machine: one } of [...works, ...works]) await one.sync();
  assert.equal(works[0]?.machine.refs(), refsOf(url));
});
