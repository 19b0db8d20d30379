import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StatusWire } from '../../src/ui/json/status.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData } from '../support/cli-home.ts';
import { Machine, sharedRemote } from '../support/machine.ts';

/** A conversation of so many exchanges; each `number` is another one. */
function told(exchanges: number, number = 0): Transcript {
  const transcript = new Transcript({ sessionId: `5e55100${number}-0000-4000-8000-000000000000` });
  for (let at = 0; at < exchanges; at += 1) {
    transcript.user(`Ask ${number}.${at}`, { uuid: uuidOf(number * 1000 + at * 2 + 1) });
    transcript.says(`Answer ${number}.${at}`, { uuid: uuidOf(number * 1000 + at * 2 + 2) });
  }
  return transcript;
}

async function tell({ home }: Machine, exchanges: number, number: number): Promise<void> {
  await home.put(`.claude/projects/-w-lines/5e55100${number}-0000-4000-8000-000000000000.jsonl`, told(exchanges, number).bytes);
}

async function standing({ home }: Machine): Promise<[ahead: number, behind: number, met: boolean]> {
  const { remote } = await cliData<StatusWire>(home, ['status']);
  assert.equal(remote?.name, 'origin');
  return [remote.ahead, remote.behind, remote.met];
}

test('status tells what was not sent and what was fetched but not taken in; a sync settles both', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await tell(one, 1, 0);
  await tell(one, 1, 1);
  await one.import();
  assert.equal((await cliData<StatusWire>(one.home, ['status'])).remote, null);
  await cliData(one.home, ['remote', 'add', 'origin', url]);
  assert.deepEqual(await standing(one), [2, 0, false]);
  await one.sync();
  assert.deepEqual(await standing(one), [0, 0, true]);
  assert.match((await cli(one.home, ['status'])).out, /origin .* up to date/);

  await other.sync();
  await tell(other, 2, 0);
  await tell(other, 1, 2);
  await other.import();
  assert.deepEqual(await standing(other), [2, 0, true]);
  await other.sync();
  await tell(one, 2, 1);
  await one.import();
  assert.deepEqual(await standing(one), [1, 0, true]);
  await one.run('fetch');
  assert.deepEqual(await standing(one), [1, 2, true]);
  assert.match((await cli(one.home, [])).out, /1 ahead · 2 behind/);
  await one.run('pull');
  assert.deepEqual(await standing(one), [1, 0, true]);
  await one.sync();
  assert.deepEqual(await standing(one), [0, 0, true]);
});

test('labels and deleted branches count, what stays on this machine does not', async (t) => {
  const url = sharedRemote(t);
  const one = new Machine(t, url, { remote: { except: [{ by: 'tag', value: 'private' }] } });
  await tell(one, 2, 0);
  await one.import();
  await cliData(one.home, ['branch', 'idea', '@1']);
  await one.sync();
  assert.deepEqual(await standing(one), [0, 0, true]);
  await cliData(one.home, ['rename', '@', 'Another title']);
  assert.deepEqual(await standing(one), [1, 0, true]);
  await one.sync();
  const other = new Machine(t, url);
  await other.sync();
  await cliData(one.home, ['branch', '-d', 'idea']);
  assert.deepEqual(await standing(one), [1, 0, true]);
  await one.sync();
  await other.run('fetch');
  assert.deepEqual(await standing(other), [0, 1, true], 'a branch that was deleted there is nothing to send');
  await other.run('pull');
  assert.deepEqual(await standing(other), [0, 0, true]);
  assert.deepEqual(await standing(one), [0, 0, true]);
  await cliData(one.home, ['tag', '@', 'private']);
  await tell(one, 3, 0);
  await one.import();
  assert.deepEqual(await standing(one), [0, 0, true]);
});
