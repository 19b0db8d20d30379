import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cli } from '../support/cli-home.ts';
import { Machine, refsOf, sharedRemote } from '../support/machine.ts';
import { Chance } from '../support/sync/play.ts';
import { Work } from '../support/sync/work.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const day = 24 * 60 * 60_000;

async function agreeEverywhere(url: string, works: readonly Work[], hint: string): Promise<void> {
  const arrived = works[0]?.turns(url) ?? new Set();
  const taken = new Set(works.flatMap((work) => [...work.taken]));
  for (const [at, { machine, seen }] of works.entries()) {
    assert.equal(machine.refs(), refsOf(url), `${hint}: machine ${at}`);
    assert.equal(fsckOf(machine.gitdir), '', hint);
    const verified = await cli(machine.home, ['verify']);
    assert.equal(verified.exit, 0, `${hint}: machine ${at}: ${verified.out}${verified.err}`);
    for (const turn of seen) assert.ok(arrived.has(turn) || taken.has(turn), `${hint}: turn ${turn} of machine ${at} is gone`);
  }
  assert.equal(fsckOf(url), '', hint);
}

async function play(t: TestContext, seed: number, operations: number): Promise<void> {
  const url = sharedRemote(t);
  const chance = new Chance(seed);
  const works = [0, 1, -1].map((days) => new Work(new Machine(t, url, { later: days * day }), chance));
  for (let done = 0; done < operations; done += 1) await chance.of(works).step(works);
  for (let round = 0; round < 2; round += 1) for (const { machine } of chance.shuffled(works)) await machine.sync();
  await agreeEverywhere(url, works, `seed ${seed}`);
}

test('three machines, clocks a day apart, do this and that: after two syncs each all have the same, and nothing is lost', async (t) => {
  for (let seed = 1; seed <= (full ? 20 : 1); seed += 1) await play(t, seed, full ? 80 : 24);
});

test('four machines push at once, again and again: everything arrives', async (t) => {
  const url = sharedRemote(t);
  const chance = new Chance(4);
  const works = Array.from({ length: 4 }, () => new Work(new Machine(t, url), chance));
  let retries = 0;
  for (let round = 0; round < (full ? 50 : 3); round += 1) {
    for (const work of works) await work.exchange(works);
    const results = await Promise.all(works.map(({ machine }) => machine.sync()));
    retries += results.reduce((sum, { remotes }) => sum + (remotes[0]?.retries ?? 0), 0);
    const arrived = works[0]?.turns(url) ?? new Set();
    for (const { seen } of works) for (const turn of seen) assert.ok(arrived.has(turn), `round ${round}: ${turn}`);
  }
  assert.ok(retries > 0, 'nobody was in the way of anybody');
  for (const { machine } of works) await machine.sync();
  await agreeEverywhere(url, works, 'race');
  assert.equal(
    gitOf(url, 'log', '--format=%p', 'main')
      .split('\n')
      .filter((parents) => parents.includes(' ')).length,
    0,
  );
});
