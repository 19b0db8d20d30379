import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rollout, uuid } from '../support/codex.ts';
import { ImportHome } from '../support/import-home.ts';

test('a name that Codex keeps beside its rollouts is the title, a rollout that tells its own keeps that', async (t) => {
  const home = new ImportHome(t);
  const index = '.codex/session_index.jsonl';
  for (const number of [1, 2, 3]) {
    const rollout = new Rollout({ id: uuid(number) })
      .meta()
      .exchange(`019cb000-0000-7000-8000-00000000000${number}`, 'Count the lines', '7');
    if (number === 2) rollout.event('thread_name_updated', { thread_id: uuid(2), thread_name: 'Told by the rollout' });
    await home.put(`.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-0${number}-${uuid(number)}.jsonl`, rollout.text);
  }
  await home.put(index, [1, 2].map((number) => JSON.stringify({ id: uuid(number), thread_name: `Named ${number}` })).join('\n'));
  const titles = (await home.import()).changed.map(({ title }) => title).sort();
  assert.deepEqual(titles, ['Count the lines', 'Named 1', 'Told by the rollout']);
});

test('an index that cannot be read costs no transcript', async (t) => {
  const home = new ImportHome(t);
  const rollout = new Rollout().meta().exchange('019cb000-0000-7000-8000-000000000001', 'Count the lines', '7');
  await home.put(`.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`, rollout.text);
  await home.put('.codex/session_index.jsonl', Buffer.from([0xff, 0xfe, 0x0a, 0x7b]));
  assert.equal((await home.import()).turnsAdded, 2);
});
