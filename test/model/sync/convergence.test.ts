import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../../src/model/card.ts';
import { printCard } from '../../../src/model/card-page.ts';
import { isEarlier } from '../../../src/model/sync/line.ts';
import { type Played, play } from '../../support/sync/play.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const sizes = [
  { devices: 3, operations: 200, seeds: full ? 100 : 12 },
  { devices: 5, operations: 400, seeds: full ? 100 : 4 },
];

const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => compare(a, b));

function check({ devices, remote }: Played, seed: number): void {
  assert.equal(remote.forced, 0, `seed ${seed}: a forced update went over the wire`);
  const pages = new Map([...remote.cards].map(([id, card]) => [id, printCard(card)]));
  for (const [at, device] of devices.entries()) {
    assert.deepEqual(sorted(device.refs), sorted(remote.refs), `seed ${seed}: branches of device ${at}`);
    const own = new Map([...device.cards].map(([id, card]) => [id, printCard(card)]));
    assert.deepEqual(sorted(own), sorted(pages), `seed ${seed}: cards of device ${at}`);
  }
  for (const [ref, tip] of remote.refs) {
    const [conversation = '', branch = ''] = ref.split('/');
    assert.equal(remote.cards.get(conversation)?.branches[branch]?.at, tip, `seed ${seed}: the card's pin of ${ref}`);
  }
  const deleted = devices.flatMap((device) => device.deleted);
  for (const [at, device] of devices.entries()) {
    for (const turn of device.seen.values()) {
      const isKept = device.stands(turn, device.refs) || deleted.some((one) => isEarlier(turn, one));
      assert.ok(isKept, `seed ${seed}: device ${at} lost ${turn.turn} with ${turn.kept.length} records`);
    }
  }
}

for (const { devices, operations, seeds } of sizes) {
  test(`${devices} devices, ${operations} operations each way: the same everywhere after two syncs each, nothing lost or forced`, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const played = await play(seed, devices, operations);
      check(played, seed);
      for (const device of played.devices) {
        await device.sync(played.remote);
        assert.equal(device.sent, 0, `seed ${seed}: there is nothing left to say`);
      }
      check(played, seed);
    }
  });
}
