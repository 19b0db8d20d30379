import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePage } from '../../src/model/page/parse.ts';
import { openContext } from '../../src/ops/context.ts';
import { verify } from '../../src/ops/verify.ts';
import { openStore } from '../../src/store/store.ts';
import { hostileFiles } from '../support/hostile-sources.ts';
import { atRest, growing, ImportHome } from '../support/import-home.ts';
import { randomFrom } from '../support/mutate.ts';
import { fsckOf, gitOf, objectCount, tellStore } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';

test('hostile sources go through a whole import: nothing breaks, and what is stored is sound', async (t) => {
  const home = new ImportHome(t);
  const files = hostileFiles(full ? 2000 : 60, 20_260_201);
  const random = randomFrom(5);
  const step = full ? 250 : 30;
  for (let at = 0; at < files.length; at += step) {
    for (const file of files.slice(at, at + step)) await home.put(file.path, file.bytes, random() < 0.8 ? atRest : growing);
    const result = await home.import();
    assert.deepEqual(result.failed, []);
  }
  // Mutants of one original claim the same native id and differ: what one of them adds the others see in the next run, so a few runs settle them.
  for (let count = 0; count < 4; count += 1) await home.import({ again: true, close: true });
  await home.import({ store: 'other', engine: 'isomorphic', close: true });
  for (const name of ['store', 'other']) {
    const gitdir = home.gitdir(name);
    assert.equal(fsckOf(gitdir), '', name);
    assert.ok(tellStore(gitdir).tips.length > files.length / 10);
    for (const path of paths(gitdir)) assert.match(path, /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/);
  }
  await pagesParse(home);
  await verifies(home);
  const before = { refs: [...tellStore(home.gitdir()).refs], objects: objectCount(home.gitdir()) };
  await home.import({ again: true, close: true });
  assert.deepEqual({ refs: [...tellStore(home.gitdir()).refs], objects: objectCount(home.gitdir()) }, before, 'importing again');
});

function paths(gitdir: string): Set<string> {
  const all = new Set<string>();
  for (const tip of tellStore(gitdir).tips)
    for (const path of gitOf(gitdir, 'ls-tree', '-r', '-z', '--name-only', tip).split('\0')) if (path) all.add(path);
  return all;
}

async function pagesParse(home: ImportHome): Promise<void> {
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  try {
    for (const tip of tellStore(home.gitdir()).tips) {
      const rows = gitOf(home.gitdir(), 'ls-tree', '-r', tip).split('\n').filter(Boolean);
      const blobs = new Map(rows.map((row) => [row.slice(row.indexOf('\t') + 1), row.slice(12, 52)]));
      for (const [path, oid] of blobs) {
        if (!/turns\/\d+\/.*\.md$/.test(path)) continue;
        const page = await store.engine.read(oid);
        assert.ok(page);
        const attachments = new Map<string, Uint8Array>();
        for (const [name, blob] of blobs)
          if (name.startsWith('attachments/'))
            attachments.set(name.slice(12), (await store.engine.read(blob))?.content ?? new Uint8Array());
        parsePage(Buffer.from(page.content).toString('utf8'), (name) => attachments.get(name));
      }
    }
  } finally {
    await store.engine.close();
  }
}

async function verifies(home: ImportHome): Promise<void> {
  const host = home.host();
  const store = await openStore(host, home.store(), { engine: 'system', absent: 'fail' });
  try {
    const context = openContext(host, () => Promise.reject(new Error('verify opens nothing')), { store: home.store() });
    const { checks } = await verify(context, store);
    assert.deepEqual(
      checks.flatMap(({ name, problems }) => problems.slice(0, 5).map(({ message }) => `${name}: ${message}`)),
      [],
    );
  } finally {
    await store.engine.close();
  }
}
