import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ConvoError } from '../../src/errors.ts';
import { acquireLock } from '../../src/store/lock.ts';
import { isDead, type Owner, ownerOf } from '../../src/store/owner.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

const contender = fileURLToPath(new URL('./lock-contender.ts', import.meta.url));
const host = testHost();

/** The record of a process that has ended. */
async function deadOwner(): Promise<Owner> {
  const pid = spawnSync(process.execPath, ['-e', '']).pid;
  return { ...ownerOf(host, process.pid), pid };
}

test('a lock is held until it is released, and says by whom', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'lock');
  const lock = await acquireLock(host, path);
  assert.ok(await lock.held());
  await assert.rejects(
    acquireLock(host, path, 30),
    (error) => error instanceof ConvoError && error.code === 'locked' && error.data.pid === process.pid,
  );
  await lock.release();
  assert.ok(!(await lock.held()));
  await (await acquireLock(host, path, 30)).release();
  assert.deepEqual(readdirSync(folder), []);
});

test('whoever waits gets the lock when it is released', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const first = await acquireLock(host, path);
  const second = acquireLock(host, path);
  setTimeout(() => void first.release(), 50);
  await (await second).release();
});

test('a record names the start of the machine and of the process', { skip: host.platform !== 'linux' }, () => {
  const { boot, start } = ownerOf(host, process.pid);
  assert.equal(`${boot}\n`, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  assert.match(start, /^\d+$/);
});

test('a dead holder is told from a live one in every way it can be dead', async (t) => {
  const folder = temporaryFolder(t);
  const own = ownerOf(host, process.pid);
  const dead: Record<string, Owner> = {
    'its process is gone': await deadOwner(),
    'its number belongs to another process now': { ...own, start: '1' },
    'the machine was started again': { ...own, boot: 'another boot' },
  };
  for (const [why, owner] of Object.entries(dead)) {
    const path = join(folder, 'lock');
    writeFileSync(path, JSON.stringify(owner));
    const start = Date.now();
    await (await acquireLock(host, path)).release();
    assert.ok(Date.now() - start < 5_000, why);
    assert.deepEqual(readdirSync(folder), [], why);
  }
});

test('a process that has ended counts as dead while nobody asked for its exit code', { skip: process.platform !== 'linux' }, async () => {
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 5'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.match(readFileSync(`/proc/${line}/stat`, 'utf8'), /\) Z /);
  assert.ok(isDead(host, ownerOf(host, Number(line))));
  assert.ok(!isDead(host, ownerOf(host, parent.pid ?? 0)));
  parent.kill();
});

test('what may be alive is not taken over', async (t) => {
  const path = join(temporaryFolder(t), 'lock');
  const own = ownerOf(host, process.pid);
  const stranger = { ...own, host: `${hostname()}-other`, pid: 1 };
  for (const text of [JSON.stringify(own), JSON.stringify(stranger), '{"pid":']) {
    writeFileSync(path, text);
    await assert.rejects(acquireLock(host, path, 30), ConvoError);
  }
  const hourAgo = Date.now() / 1000 - 3_600;
  for (const text of [JSON.stringify({ ...stranger, time: hourAgo * 1000 }), '{"pid":']) {
    writeFileSync(path, text);
    utimesSync(path, hourAgo, hourAgo);
    await (await acquireLock(host, path, 30)).release();
  }
});

test("of four contenders for a dead holder's lock one holds it at a time", async (t) => {
  const folder = temporaryFolder(t);
  const rounds = process.env.CONVO_CAMPAIGN === 'full' ? 600 : 60;
  const dead = JSON.stringify(await deadOwner());
  for (let round = 0; round < rounds; round += 1) writeFileSync(join(folder, `lock-${round}`), dead);
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--import', 'tsx', contender, folder, `${rounds}`], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const said: string[] = [];
  const listening = children.map(async (child) => {
    for await (const line of createInterface({ input: child.stdout })) said.push(line);
  });
  while (said.length < children.length) await new Promise((resolve) => setTimeout(resolve, 20));
  for (let round = 0; round < rounds; round += 1) {
    writeFileSync(join(folder, `start-${round}`), '');
    while (said.filter((line) => line.endsWith(` ${round}`)).length < children.length)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')));
  await Promise.all(listening);
  assert.deepEqual(
    said.filter((line) => !/^(ready|done \d+)$/.test(line)),
    [],
  );
  assert.equal(said.filter((line) => line.startsWith('done')).length, rounds * children.length);
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('start-')),
    [],
  );
});
