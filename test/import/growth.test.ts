import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { grow, lineEnds } from '../support/growth.ts';
import { atRest, growing, type HomeFile, ImportHome } from '../support/import-home.ts';
import { randomFrom } from '../support/mutate.ts';
import { fixtureScenes, type Scene, scenes } from '../support/scenes.ts';
import { fsckOf, tellStore } from '../support/told-store.ts';

const full = process.env.CONVO_CAMPAIGN === 'full';
const some = full ? [...scenes(), ...fixtureScenes()] : scenes();

/** The file of a scene that grows: the last one on which no other one hangs; where there are agents, their parent. */
function growingFile({ files, needs = [], agents }: Scene): HomeFile | undefined {
  const isFree = (index: number) => !needs.some((pair) => pair[agents ? 0 : 1] === index);
  return files.findLast(({ path }, index) => /\.jsonl$/.test(path) && !path.includes('agent-') && isFree(index));
}

describe('a growing file', () => {
  for (const scene of some) {
    const file = growingFile(scene);
    if (!file) continue;
    const cutAt = async (t: TestContext, cuts: readonly number[], idle: number) => {
      const whole = new ImportHome(t);
      await whole.putAll(scene.files);
      await whole.import();
      const home = new ImportHome(t);
      await home.putAll(scene.files.filter((other) => other !== file));
      if (!scene.agents) await home.import();
      await grow(home, file, cuts, { idle });
      const [grown, once] = [tellStore(home.gitdir()), tellStore(whole.gitdir())];
      const cutText = `cut at ${cuts.join(' ')}, ${idle} ms ago`;
      assert.deepEqual(grown.trees, once.trees, cutText);
      assert.deepEqual(grown.raw, once.raw, cutText);
      assert.equal(fsckOf(home.gitdir()), '', cutText);
      return { grown, once };
    };

    test(`${scene.name}: cut at every line`, async (t) => {
      await cutAt(t, lineEnds(file.bytes), growing);
    });

    if (full)
      test(`${scene.name}: cut at every line, at rest each time`, async (t) => {
        await cutAt(t, lineEnds(file.bytes), atRest);
      });

    test(`${scene.name}: cut at random bytes, at rest or not`, async (t) => {
      const random = randomFrom(file.bytes.length);
      for (let count = 0; count < (full ? 6 : 1); count += 1) {
        const cuts = Array.from({ length: 3 }, () => Math.floor(random() * file.bytes.length)).sort((a, b) => a - b);
        await cutAt(t, cuts, count % 2 === 0 ? growing : atRest);
      }
    });
  }

  test('of which only half a line was there, at rest', async (t) => {
    const file = scenes().find(({ name }) => name === 'Codex revert')?.files[1];
    assert.ok(file);
    const [whole, home] = [new ImportHome(t), new ImportHome(t)];
    await whole.put(file.path, file.bytes);
    await whole.import();
    await grow(home, file, [431], { idle: atRest });
    assert.deepEqual(tellStore(home.gitdir()).raw, tellStore(whole.gitdir()).raw);
  });

  test('of an agent, behind the turn that shows it: cut at every line', async (t) => {
    const scene = scenes().find(({ name }) => name.startsWith('agents'));
    const agent = scene?.files[1];
    assert.ok(scene && agent);
    const whole = new ImportHome(t);
    await whole.putAll(scene.files);
    await whole.import();
    const home = new ImportHome(t);
    for (const file of scene.files) if (file !== agent) await home.put(file.path, file.bytes);
    await grow(home, agent, lineEnds(agent.bytes));
    assert.deepEqual(tellStore(home.gitdir()).trees, tellStore(whole.gitdir()).trees);
    assert.deepEqual(tellStore(home.gitdir()).raw, tellStore(whole.gitdir()).raw);
  });

  test('whose agents come together with later turns: cut at every line', async (t) => {
    const scene = scenes().find(({ name }) => name.startsWith('agents'));
    const [parent, ...agents] = scene?.files ?? [];
    assert.ok(parent && agents.length > 0);
    const whole = new ImportHome(t);
    await whole.putAll([parent, ...agents]);
    await whole.import();
    for (const end of lineEnds(parent.bytes)) {
      const home = new ImportHome(t);
      await home.put(parent.path, parent.bytes.subarray(0, end), growing);
      await home.import();
      await home.putAll([parent, ...agents]);
      await home.import();
      assert.deepEqual(tellStore(home.gitdir()).trees, tellStore(whole.gitdir()).trees, `cut at ${end}`);
    }
  });
});
