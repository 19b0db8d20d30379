import assert from 'node:assert/strict';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { batches } from '../../../src/store/remote/batches.ts';
import { temporaryFolder, testHost } from '../sandbox.ts';

test('a push has at most 1,000 refs, and of a store over 1 GB fewer', async (t) => {
  const gitdir = temporaryFolder(t);
  const updates = Array.from({ length: 2_500 }, (_, at) => ({ ref: `refs/heads/x/${at}`, oid: null, expected: null }));
  const lengths = async () => (await batches(testHost(), gitdir, updates)).map((part) => part.length);
  assert.deepEqual(await lengths(), [1_000, 1_000, 500]);
  assert.deepEqual((await batches(testHost(), gitdir, updates, true)).length, 1, 'a folder has no host');
  mkdirSync(join(gitdir, 'objects/pack'), { recursive: true });
  const pack = join(gitdir, 'objects/pack/pack-1.pack');
  writeFileSync(pack, '');
  truncateSync(pack, 3 * 2 ** 30); // takes no room: it is a hole
  const parts = await batches(testHost(), gitdir, updates);
  assert.equal(parts.length, 12);
  assert.deepEqual(parts.flat(), updates);
});
