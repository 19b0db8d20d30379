import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { currentListing } from '../../src/store/listing.ts';
import { openStore } from '../../src/store/store.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { fixtureScenes, renumbered, scenes } from '../support/scenes.ts';

const files = ['listing', 'turns'];
const read = (home: ImportHome) => files.map((name) => readFileSync(join(home.store(), 'state', name), 'utf8'));

/** A transcript of which every record is a sub-agent's, as old versions of the client wrote them. */
const session = '5e551000-0000-4000-8000-0000000000ee';
const asideAlone = ['user', 'assistant'].map((role, n) =>
  JSON.stringify({
    ...{ sessionId: session, cwd: '/w/lines', version: '1.0.30', isSidechain: true, userType: 'external', type: role },
    ...{ uuid: `0000000${n}-0000-4000-8000-0000000000ee`, parentUuid: n === 0 ? null : '00000000-0000-4000-8000-0000000000ee' },
    ...{ timestamp: `2026-02-01T10:00:0${n}.000Z`, message: { role, content: [{ type: 'text', text: `said by ${role}` }] } },
  }),
);

/** The listing as it is made anew from refs, cards and trees. */
async function remade(home: ImportHome): Promise<string[]> {
  for (const name of files) rmSync(join(home.store(), 'state', name));
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  try {
    await currentListing(store);
  } finally {
    await store.engine.close();
  }
  return read(home);
}

async function sameAsRemade(home: ImportHome): Promise<void> {
  const written = read(home);
  assert.ok((written[0]?.split('\n').length ?? 0) > 5);
  assert.deepEqual(written, await remade(home));
}

test('the listing that an import writes from what it wrote is the one that is read from the store', async (t: TestContext) => {
  const home = new ImportHome(t);
  const all = [...scenes().flatMap(({ files: own }, index) => renumbered(own, index)), ...fixtureScenes().flatMap(({ files: own }) => own)];
  for (const { path, bytes } of all) await home.put(path, bytes.subarray(0, Math.floor(bytes.length / 2)), growing);
  await home.import();
  await sameAsRemade(home);
  await home.putAll(all);
  await home.import();
  await sameAsRemade(home);
});

test('also where everything comes at once', async (t: TestContext) => {
  const home = new ImportHome(t);
  await home.putAll(scenes().flatMap(({ files: own }, index) => renumbered(own, index)));
  await home.put(`.claude/projects/-w-lines/${session}.jsonl`, Buffer.from(`${asideAlone.join('\n')}\n`));
  const { conversations } = await home.import();
  assert.equal(conversations.new, (read(home)[0]?.split('\n').length ?? 0) - 2, 'also one of records alone counts');
  await sameAsRemade(home);
});
