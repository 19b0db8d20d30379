import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConvoError } from '../../src/errors.ts';
import { disk } from '../../src/host.ts';
import { packedBelow, packedLines, packedOid } from '../../src/store/packed-refs.ts';
import { commitFile, openNew } from './engine-contract.ts';
import { git, temporaryFolder, testHost } from './sandbox.ts';

const host = testHost();
const oidOf = (n: number) => n.toString(16).padStart(40, '0');
const part = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '-', 'é', '𝒜'), minLength: 1, maxLength: 3 });
const names = fc.uniqueArray(
  fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `refs/${parts.join('/')}`),
  { maxLength: 40 },
);

test('a ref is found in packed-refs wherever it stands, sorted or not, with tags between', (t) => {
  const gitdir = temporaryFolder(t);
  fc.assert(
    fc.property(names, fc.boolean(), fc.func(fc.boolean()), (all, isSorted, isTag) => {
      const order = isSorted ? [...all].sort((a, b) => Buffer.from(a).compare(Buffer.from(b))) : all;
      const lines = order.flatMap((name) => [`${oidOf(all.indexOf(name))} ${name}`, ...(isTag(name) ? [`^${oidOf(99)}`] : [])]);
      const head = `# pack-refs with: peeled fully-peeled ${isSorted ? 'sorted ' : ''}`;
      writeFileSync(join(gitdir, 'packed-refs'), [head, ...lines, ''].join('\n'));
      for (const [n, name] of all.entries()) {
        assert.equal(packedOid(host, gitdir, name), oidOf(n));
        for (const other of [`${name}a`, name.slice(0, -1)])
          assert.equal(packedOid(host, gitdir, other) !== undefined, all.includes(other), `${other} in ${order}`);
        const prefix = name.slice(0, name.lastIndexOf('/') + 1);
        const wanted = all.filter((one) => one.startsWith(prefix));
        assert.deepEqual(
          packedBelow(host, gitdir, prefix)
            .map((ref) => ref.name)
            .sort(),
          wanted.sort(),
        );
      }
      assert.deepEqual(packedLines(host, gitdir), [head, ...lines]);
    }),
    { numRuns: 200 },
  );
});

test('of a large packed-refs little is read, and the same is found', (t) => {
  const gitdir = temporaryFolder(t);
  let read = 0;
  const readSync = ((...args: Parameters<typeof disk.readSync>) => {
    const got = disk.readSync(...args);
    read += got;
    return got;
  }) as typeof disk.readSync;
  const counting = testHost({ fs: { ...disk, readSync } });
  const all = Array.from({ length: 20_000 }, (_, n) => `refs/heads/tool/${String((n * 7919) % 20_000).padStart(10, 'x')}/main`).sort();
  const lines = all.flatMap((name, n) => [`${oidOf(n)} ${name}`, ...(n % 3 === 0 ? [`^${oidOf(n)}`] : [])]);
  writeFileSync(join(gitdir, 'packed-refs'), ['# pack-refs with: peeled fully-peeled sorted ', ...lines, ''].join('\n'));
  for (const n of [0, 1, 2, 9_999, 10_000, 12_345, 19_998, 19_999]) {
    const name = all[n] ?? '';
    read = 0;
    assert.equal(packedOid(counting, gitdir, name), oidOf(n));
    assert.equal(packedOid(counting, gitdir, `${name}x`), undefined);
    assert.deepEqual(packedBelow(counting, gitdir, name.replace('main', '')), [{ name, oid: oidOf(n) }]);
    assert.ok(read < 1_000_000, `${read} bytes`);
  }
  assert.deepEqual(
    packedBelow(counting, gitdir, 'refs/').map(({ name }) => name),
    all,
  );
  const [first, second] = [
    all.filter((name) => name.startsWith('refs/heads/tool/xxxxx1')),
    packedBelow(host, gitdir, 'refs/heads/tool/xxxxx1'),
  ];
  assert.deepEqual(
    second.map(({ name }) => name),
    first,
  );
  assert.ok(first.length > 1_000);
});

test('what git packs is read as git reads it', async (t) => {
  const { engine, gitdir } = await openNew(t, 'isomorphic');
  const tip = await commitFile(engine, 'a', '1');
  const some = ['heads/b/main', 'heads/a', 'heads/a-b', 'heads/a.b', 'convo/ops', 'heads/b/x'].map((name) => `refs/${name}`);
  await engine.moveRefs(some.map((ref) => ({ ref, from: null, to: tip })));
  git(gitdir, ['-c', 'user.name=a', '-c', 'user.email=b', 'tag', '-a', 'v1', '-m', 'x', 'a']);
  git(gitdir, ['pack-refs', '--all']);
  assert.ok(readFileSync(join(gitdir, 'packed-refs'), 'utf8').includes('\n^'));
  const listed = git(gitdir, ['for-each-ref', '--format=%(objectname) %(refname)']).trim().split('\n');
  assert.deepEqual(
    packedBelow(host, gitdir, 'refs/').map(({ name, oid }) => `${oid} ${name}`),
    listed,
  );
});

test('a damaged line is damage, never the end of the refs', (t) => {
  const gitdir = temporaryFolder(t);
  mkdirSync(gitdir, { recursive: true });
  for (const bad of ['', 'x', `${oidOf(1)}`, `${oidOf(1)} `, `${oidOf(1).slice(1)}  refs/heads/b`]) {
    writeFileSync(
      join(gitdir, 'packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted \n${oidOf(1)} refs/heads/a\n${bad}\n${oidOf(2)} refs/heads/c\n`,
    );
    assert.throws(() => packedBelow(host, gitdir, 'refs/'), ConvoError, JSON.stringify(bad));
  }
});
