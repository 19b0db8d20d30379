import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type HomeFile, ImportHome } from '../support/import-home.ts';
import { fixtureScenes, type Scene, scenes } from '../support/scenes.ts';
import { fsckOf, tellStore, turnIds } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';

describe('an import is deterministic', () => {
  for (const scene of [...scenes(), ...fixtureScenes()]) {
    test(`${scene.name}: the same store by both engines, and in any order of the files in one run`, async (t) => {
      const home = new ImportHome(t);
      await home.putAll(scene.files);
      await home.import();
      await home.import({ engine: 'isomorphic', store: 'other' });
      const names = scene.files.map(({ path }) => home.path(path)).filter((path) => /\.jsonl(\.zst)?$/.test(path));
      await home.import({ names: names.toReversed(), store: 'reversed' });
      const one = tellStore(home.gitdir());
      assert.ok(one.tips.length > 0);
      for (const store of ['other', 'reversed']) {
        const other = tellStore(home.gitdir(store));
        assert.deepEqual([other.tips, other.raw, other.catalogue], [one.tips, one.raw, one.catalogue], store);
      }
      assert.equal(fsckOf(home.gitdir()), '');
      assert.equal(fsckOf(home.gitdir('other')), '');
    });

    if (scene.files.length < 2 || scene.files.length > 4) continue;
    test(`${scene.name}: the same commits in any order of the files`, (t) => anyOrder(t, scene));
  }
});

const samples = fileURLToPath(new URL('../../../shared/samples/', import.meta.url));

for (const tool of ['claude-code', 'codex'])
  test(`the samples of ${tool}: the same store by both engines, and nothing new the second time`, {
    skip: !existsSync(join(samples, tool)),
  }, async (t) => {
    const home = new ImportHome(t);
    const names = [join(samples, tool)];
    assert.ok((await home.import({ names })).turnsAdded > 0);
    await home.import({ names, store: 'other', engine: 'isomorphic' });
    const [one, other] = [tellStore(home.gitdir()), tellStore(home.gitdir('other'))];
    assert.deepEqual([other.tips, other.raw, other.catalogue], [one.tips, one.raw, one.catalogue]);
    assert.equal(fsckOf(home.gitdir()), '');
    await home.import({ names, again: true });
    assert.deepEqual(tellStore(home.gitdir()).refs, one.refs);
  });

async function anyOrder(t: TestContext, scene: Scene): Promise<void> {
  const home = new ImportHome(t);
  await home.putAll(scene.files);
  await home.import();
  const whole = tellStore(home.gitdir());
  const turns = turnIds(home.gitdir());
  const orders = permutations(scene.files);
  const step = full ? 1 : Math.ceil(orders.length / 2);
  for (const order of orders.filter((_, index) => index % step === 0)) {
    const staged = new ImportHome(t);
    for (const file of order) {
      await staged.put(file.path, file.bytes);
      await staged.import();
    }
    const told = tellStore(staged.gitdir());
    const name = order.map((file) => scene.files.indexOf(file)).join(' then ');
    const ids = turnIds(staged.gitdir());
    assert.ok(
      turns.every((id) => ids.includes(id)),
      name,
    );
    assert.equal(fsckOf(staged.gitdir()), '', name);
    if (isDetached(scene, order)) continue;
    assert.deepEqual(told.raw, whole.raw, name);
    if (scene.agents) assert.deepEqual(told.trees, whole.trees, name);
    else assert.deepEqual(told.tips, whole.tips, name);
  }
}

const isDetached = ({ files, needs = [] }: Scene, order: readonly HomeFile[]): boolean =>
  needs.some(([child, parent]) => order.indexOf(files[child] as HomeFile) < order.indexOf(files[parent] as HomeFile));

function permutations(files: readonly HomeFile[]): HomeFile[][] {
  if (files.length < 2) return [[...files]];
  return files.flatMap((first) => permutations(files.filter((file) => file !== first)).map((rest) => [first, ...rest]));
}
