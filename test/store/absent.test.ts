import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../../src/store/engine.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

test('an object that is not there is absent, also beside packs, to both engines', async (t) => {
  const gitdir = join(temporaryFolder(t), 'store.git');
  const system = await openEngine(testHost(), gitdir, 'system');
  await system.init();
  const writer = await system.writer();
  await writer.blob(Buffer.from('packed'));
  await writer.finish();
  const embedded = await openEngine(testHost(), gitdir, 'isomorphic');
  for (const engine of [system, embedded]) {
    assert.equal(await engine.read('1'.repeat(40)), undefined, engine.name);
    await engine.close();
  }
});
