import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { TurnId } from '../../src/model/ids.ts';
import { commitText } from '../../src/store/commit.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { GitEngine, NewCommit, Oid, Written } from '../../src/store/git.ts';
import { decodeTree, encodeTree, objectId } from '../../src/store/objects.ts';
import { hostile, times } from './hostile.ts';
import { fsck, git, temporaryFolder, testHost } from './sandbox.ts';

const names = ['a', 'b', 'a.b', 'a-b', 'a0', 'ä', '日本', '\ufffd', '𝒳', 'ﬁ', 'turns', 'z z', '"q', 'b\\s'];
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const change = fc.tuple(path, fc.option(fc.nat(4), { freq: 3 }));

interface Plan {
  /** Earlier commits, by how far back they are. */
  parents: number[];
  base: number | null | undefined;
  changes: [string, number | null][];
  model: string;
  subject: string;
  time: string | undefined;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  parents: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
  base: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constant(null), fc.nat(5)),
  changes: fc.array(change, { maxLength: 6 }),
  model: hostile,
  subject: hostile,
  time: times,
});

/** Carries out the plans in two sessions, the second building on what the first stored; returns all ids. */
async function carryOut(engine: GitEngine, plans: readonly Plan[]): Promise<Oid[]> {
  const stored: Oid[] = [];
  for (const part of [plans.slice(0, plans.length / 2), plans.slice(plans.length / 2)]) {
    const writer = await engine.writer();
    const blobs: Written[] = [];
    for (let n = 0; n <= 4; n += 1) blobs.push(await writer.blob(Buffer.from(`content ${n}`)));
    const made: (Oid | Written)[] = [...stored];
    const back = (steps: number) => (made.length === 0 ? [] : [made[Math.max(0, made.length - 1 - steps)] ?? assert.fail()]);
    for (const [n, { parents, base, changes, model, subject, time }] of part.entries()) {
      const commit: NewCommit = {
        parents: [...new Set(parents.flatMap(back))],
        changes: changes.map(([at, blob]) => [at, blob === null ? null : (blobs[blob] ?? null)]),
        text: commitText({ turn: 'q7m2k4h3n8s2' as TurnId, n, role: 'assistant', model, subject, time }),
      };
      const from = base === undefined || base === null ? base : back(base)[0];
      if (from !== undefined) commit.base = from;
      made.push(await writer.commit(commit));
    }
    const id = await writer.finish();
    for (const commit of made.slice(stored.length)) stored.push(typeof commit === 'string' ? commit : id(commit));
  }
  return stored;
}

async function open(t: TestContext, choice: 'system' | 'isomorphic') {
  const gitdir = join(temporaryFolder(t), 'store.git');
  const engine = await openEngine(testHost(), gitdir, choice);
  t.after(() => engine.close());
  await engine.init();
  return { engine, gitdir };
}

test("both engines give every commit the same id, each reads the other's, and git finds nothing wrong", async (t) => {
  const system = await open(t, 'system');
  const isomorphic = await open(t, 'isomorphic');
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 2, maxLength: 10 }), async (plans) => {
      round += 1;
      const oids = await carryOut(system.engine, plans);
      assert.deepEqual(await carryOut(isomorphic.engine, plans), oids);
      const tip = oids.at(-1) ?? assert.fail();
      for (const { engine } of [system, isomorphic]) await engine.moveRefs([{ ref: `refs/heads/r${round}`, from: null, to: tip }]);
    }),
    { numRuns: process.env.CONVO_CAMPAIGN === 'full' ? 1_000 : 15 },
  );
  for (const { engine, gitdir } of [system, isomorphic]) {
    assert.equal(fsck(gitdir), '');
    assert.deepEqual((await engine.check()).problems, []);
  }
  const list = git(system.gitdir, ['rev-list', '--all', '--objects']);
  assert.equal(git(isomorphic.gitdir, ['rev-list', '--all', '--objects']).split('\n').sort().join(), list.split('\n').sort().join());
  await crossRead(t, system.gitdir, 'isomorphic', list);
  await crossRead(t, isomorphic.gitdir, 'system', list);
});

async function crossRead(t: TestContext, gitdir: string, choice: 'system' | 'isomorphic', list: string) {
  const engine = await openEngine(testHost(), gitdir, choice);
  t.after(() => engine.close());
  const oids = list
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(0, 40));
  let n = 0;
  for await (const object of engine.readMany(oids)) {
    assert.ok(object);
    assert.equal(objectId(object.type, object.content), oids[n]);
    if (object.type === 'tree') assert.ok(Buffer.from(encodeTree(decodeTree(object.content))).equals(object.content));
    n += 1;
  }
  assert.equal(n, oids.length);
}

test('trees are encoded as git mktree does', (t) => {
  const gitdir = join(temporaryFolder(t), 'r.git');
  git(gitdir, ['init', '-q', '--bare']);
  const blob = git(gitdir, ['hash-object', '-w', '--stdin'], 'x').trim() as Oid;
  const tree = git(gitdir, ['mktree'], `100644 blob ${blob}\tf\n`).trim() as Oid;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...names, 'a/', 'b+', 'b0'), fc.boolean()), { selector: ([name]) => name.replace('/', '') }),
      (rows) => {
        const entries = rows.map(([name, folder]) => ({
          mode: folder ? '40000' : '100644',
          name: name.replace('/', '~'),
          oid: folder ? tree : blob,
        }));
        const input = entries
          .map(({ mode, name, oid }) => `${mode.padStart(6, '0')} ${mode === '40000' ? 'tree' : 'blob'} ${oid}\t${name}\0`)
          .join('');
        assert.equal(objectId('tree', encodeTree(entries)), git(gitdir, ['mktree', '-z'], input).trim());
      },
    ),
    { numRuns: 30 },
  );
  rmSync(gitdir, { recursive: true });
});
