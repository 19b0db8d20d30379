import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { disk } from '../../src/host.ts';
import { keepText, makeClaim } from '../../src/store/claim.ts';
import type { Oid } from '../../src/store/git.ts';
import { loosePath } from '../../src/store/loose.ts';
import { objectId } from '../../src/store/objects.ts';
import { ownerOf } from '../../src/store/owner.ts';
import { type Choice, commitFile, openNew } from './engine-contract.ts';
import { deadPid, fsck, git, testHost } from './sandbox.ts';

const deadHost = testHost({ pid: deadPid });
const content = 'a turn that was torn\n';
const blob = objectId('blob', Buffer.from(content));

for (const choice of ['system', 'isomorphic'] as Choice[]) {
  test(`${choice}: recover takes away what a dead writer left, and nothing of a live one`, async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a', content);
    await engine.moveRefs([{ ref: 'refs/heads/t/c/main', from: null, to: tip }]);
    assert.deepEqual(await engine.recover(), []);
    const dead = await makeClaim(deadHost, gitdir);
    const live = await makeClaim(testHost(), gitdir);
    mkdirSync(join(dead.path, 'write-1/objects'), { recursive: true });
    const lock = join(gitdir, 'refs/heads/t/c/main.lock');
    writeFileSync(lock, JSON.stringify(ownerOf(deadHost, deadPid)));
    const held = join(gitdir, 'refs/heads/t/c/other.lock');
    writeFileSync(held, JSON.stringify(ownerOf(testHost(), process.pid)));
    const torn = loosePath(gitdir, '12345'.repeat(8) as Oid);
    mkdirSync(join(torn, '..'));
    writeFileSync(torn, 'x');
    const pack = join(gitdir, 'objects/pack', `pack-${'1'.repeat(40)}.pack`);
    const keep = pack.replace(/pack$/, 'keep');
    writeFileSync(pack, 'PACK');
    writeFileSync(keep, keepText(dead.path));
    const other = join(gitdir, 'objects/pack', `pack-${'2'.repeat(40)}.keep`);
    writeFileSync(other, 'of a person');
    const done = await engine.recover();
    assert.ok(existsSync(other));
    assert.deepEqual(done.sort(), [lock, torn, pack, keep, dead.path].map((path) => `removed ${path}`).sort());
    assert.ok(existsSync(live.path) && existsSync(held));
    assert.deepEqual(await engine.recover(), []);
    assert.equal(fsck(gitdir), '');
    await live.release();
  });

  test(`${choice}: a stale lock does not stop a move: of a dead owner at once, of nobody after ten minutes`, async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a', content);
    for (const [name, text] of Object.entries({ dead: JSON.stringify(ownerOf(deadHost, deadPid)), nobody: '' })) {
      const lock = join(gitdir, `refs/heads/${name}.lock`);
      writeFileSync(lock, text);
      const old = Date.now() / 1000 - 601;
      if (text === '') utimesSync(lock, old, old);
      await engine.moveRefs([{ ref: `refs/heads/${name}`, from: null, to: tip }]);
      assert.ok(!existsSync(lock));
    }
    assert.equal((await engine.refs('refs/heads/')).length, 2);
  });

  test(`${choice}: a lock that a killed git left moments ago is waited out, also when recover came first`, async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const tip = await commitFile(engine, 'a', content);
    const dead = await makeClaim(deadHost, gitdir);
    const lock = join(gitdir, 'refs/heads/main.lock');
    writeFileSync(lock, '');
    assert.deepEqual(await engine.recover(), []);
    assert.ok(existsSync(lock) && existsSync(dead.path));
    const start = Date.now();
    await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]);
    assert.ok(Date.now() - start > 2_000);
    assert.deepEqual(await engine.recover(), [`removed ${dead.path}`]);
  });

  test(`${choice}: writing an object again repairs a torn one`, async (t) => {
    const { engine, gitdir } = await openNew(t, choice);
    const path = loosePath(gitdir, blob);
    for (const damage of [() => writeFileSync(path, ''), () => writeFileSync(path, 'no zlib'), () => truncateSync(path, 9)]) {
      mkdirSync(join(path, '..'), { recursive: true });
      if (!existsSync(path)) git(gitdir, ['hash-object', '-w', '--stdin'], content);
      spawnSync('chmod', ['0600', path]);
      damage();
      const tip = await commitFile(engine, 'a', content);
      assert.equal(Buffer.from((await engine.read(`${tip}:a`))?.content ?? []).toString(), content);
      assert.equal(git(gitdir, ['cat-file', 'blob', blob]), content);
    }
  });
}

test('system: maintain packs what has become many, and keeps what no ref reaches', async (t) => {
  const { engine, gitdir, spawned } = await openNew(t, 'system');
  const packs = () => readdirSync(join(gitdir, 'objects/pack')).filter((name) => name.endsWith('.pack')).length;
  let tip = await commitFile(engine, 'a', '0');
  await engine.moveRefs([{ ref: 'refs/heads/main', from: null, to: tip }]);
  await engine.maintain();
  assert.ok(!spawned.includes('repack') && !spawned.includes('pack-refs'));
  const first = tip;
  for (let n = 1; n <= 52; n += 1) tip = await commitFile(engine, 'a', `${n}`, [tip]);
  assert.ok(packs() > 50);
  await engine.maintain();
  assert.ok(packs() < 5);
  await engine.moveRefs([{ ref: 'refs/heads/main', from: first, to: tip }]);
  assert.equal(git(gitdir, ['rev-list', '--count', 'main']), '53\n');
  assert.equal(fsck(gitdir), '');
  const names = Array.from({ length: 201 }, (_, n) => `refs/heads/tool/c${n}/main`);
  await engine.moveRefs(names.map((ref) => ({ ref, from: null, to: tip })));
  await engine.maintain();
  assert.equal(
    readFileSync(join(gitdir, 'packed-refs'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('/tool/')).length,
    201,
  );
  assert.equal((await engine.refs('refs/heads/tool/')).length, 201);
});

test('system: a repack between the halves of a pack that is brought in loses nothing', async (t) => {
  let gitdir = '';
  let repacked = 0;
  const renameSync: typeof disk.renameSync = (from, to) => {
    if (`${to}`.endsWith('.idx')) {
      git(gitdir, ['gc', '-q']);
      repacked += 1;
    }
    disk.renameSync(from, to);
  };
  const opened = await openNew(t, 'system', { fs: { ...disk, renameSync } });
  gitdir = opened.gitdir;
  let tip: Oid | null = null;
  for (let n = 0; n < 3; n += 1) {
    const next: Oid = await commitFile(opened.engine, 'a', `${n}`, tip === null ? [] : [tip]);
    await opened.engine.moveRefs([{ ref: 'refs/heads/main', from: tip, to: next }]);
    tip = next;
  }
  assert.equal(repacked, 3);
  assert.equal(git(gitdir, ['rev-list', '--count', 'main']), '3\n');
  assert.equal(fsck(gitdir), '');
  assert.deepEqual(
    readdirSync(join(gitdir, 'objects/pack')).filter((name) => name.endsWith('.keep')),
    [],
  );
});
