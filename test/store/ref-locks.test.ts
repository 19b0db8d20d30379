import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { disk } from '../../src/host.ts';
import { refLocks } from '../../src/store/ref-locks.ts';
import { temporaryFolder, testHost } from './sandbox.ts';

test('a lock that cannot be removed does not keep the others', async (t) => {
  const gitdir = temporaryFolder(t);
  mkdirSync(join(gitdir, 'refs/heads'), { recursive: true });
  mkdirSync(join(gitdir, 'claim'));
  const unlinkSync: typeof disk.unlinkSync = (path) => {
    if (String(path).endsWith('/a.lock')) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    disk.unlinkSync(path);
  };
  const locks = await refLocks(testHost({ fs: { ...disk, unlinkSync } }), gitdir, join(gitdir, 'claim'));
  for (const name of ['a', 'b', 'c']) await locks.take(`refs/heads/${name}`);
  await assert.rejects(locks.releaseAll());
  assert.deepEqual(readdirSync(join(gitdir, 'refs/heads')), ['a.lock']);
  assert.deepEqual(readdirSync(join(gitdir, 'claim')), []);
});
