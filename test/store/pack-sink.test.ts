import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import type { Oid } from '../../src/store/git.ts';
import { objectId } from '../../src/store/objects.ts';
import { applyDelta } from '../../src/store/pack/delta.ts';
import { encodeIndex } from '../../src/store/pack/encode-index.ts';
import { offsetDelta } from '../../src/store/pack/format.ts';
import { openIndex } from '../../src/store/pack/index-file.ts';
import { makeDelta } from '../../src/store/pack/make-delta.ts';
import { openPack } from '../../src/store/pack/pack-sink.ts';
import { ownThread } from '../../src/store/pack/packer.ts';
import { packsOf } from '../../src/store/pack/packs.ts';
import { threadPacker } from '../../src/store/pack/thread-packer.ts';
import type { Like } from '../../src/store/sink.ts';
import { fsck, git, temporaryFolder, testHost } from './sandbox.ts';

function emptyRepository(t: TestContext): string {
  const gitdir = join(temporaryFolder(t), 'r.git');
  git(gitdir, ['init', '-q', '--bare', gitdir]);
  return gitdir;
}

/** Contents of which each is like the one before: of a few bytes, of about 150, where deflating begins, and longer ones. */
function contents(): Uint8Array[] {
  const rows = Array.from({ length: 300 }, (_, n) => `row ${n} ${Math.imul(n, 2654435761) >>> 0}\n`);
  const sizes = [...Array.from({ length: 200 }, (_, n) => n), 255, 256, 300];
  return [...sizes.map((size) => Buffer.from(rows.join('').slice(0, size))), ...rows.map((_, n) => Buffer.from(rows.slice(0, n).join('')))];
}

const sound = (gitdir: string) => {
  const [pack = ''] = readdirSync(join(gitdir, 'objects/pack')).filter((name) => name.endsWith('.idx'));
  return git(gitdir, ['verify-pack', '-v', join(gitdir, 'objects/pack', pack)]);
};

test('git reads what stands in a pack, deltas too, and so do we: before it is published and after', async (t) => {
  const gitdir = emptyRepository(t);
  const sink = await openPack(testHost(), gitdir, temporaryFolder(t));
  const written = new Map<Oid, Uint8Array>();
  let like: Like | undefined;
  for (const content of contents()) {
    const oid = await sink.write('blob', content, like);
    assert.equal(oid, objectId('blob', content));
    assert.equal(await sink.write('blob', content), oid);
    written.set(oid, content);
    like = { oid, content, begin: 0, end: 0 };
  }
  for (const [oid, content] of written) assert.deepEqual(Buffer.from((await sink.read(oid))?.content ?? []), content);
  assert.equal(await sink.read('0'.repeat(40) as Oid), undefined);
  await sink.publish();
  assert.match(sound(gitdir), /^chain length = 16: /m);
  assert.doesNotMatch(sound(gitdir), /^chain length = 17: /m);
  assert.equal(fsck(gitdir), '');
  const packs = packsOf(testHost(), gitdir);
  assert.equal(sound(gitdir).match(/^[0-9a-f]{40} blob/gm)?.length, written.size);
  for (const [oid, content] of written) {
    assert.deepEqual(Buffer.from((await packs.read(oid))?.content ?? []), content);
  }
  await packs.close();
});

test('a pack of several batches', async (t) => {
  const gitdir = emptyRepository(t);
  const sink = await openPack(testHost(), gitdir, temporaryFolder(t));
  const content = (n: number) => Buffer.from(`${n} `.repeat(n % 5 === 0 ? 600_000 : 100_000));
  const oids: Oid[] = [];
  for (let n = 0; n < 20; n += 1) oids.push(await sink.write('blob', content(n)));
  assert.deepEqual(Buffer.from((await sink.read(oids[3] as Oid))?.content ?? []), content(3));
  await sink.publish();
  sound(gitdir);
  for (const [n, oid] of oids.entries()) assert.equal(git(gitdir, ['cat-file', 'blob', oid]), content(n).toString());
});

test('a thread packs as the thread that asks does, and says when it ends', async (t) => {
  const program = join(temporaryFolder(t), 'thread.cjs');
  const options = { bundle: true, platform: 'node', format: 'cjs', outfile: program } as const;
  await build({ entryPoints: [fileURLToPath(new URL('../../src/store/pack/thread.ts', import.meta.url))], ...options });
  const [thread, own] = [threadPacker(pathToFileURL(program)), ownThread()];
  const batch = (n: number) => ({
    oids: `${n}0`.repeat(20) + `${n}1`.repeat(20),
    types: Uint8Array.of(3, offsetDelta),
    sizes: Uint32Array.of(1000, 3),
    bases: Uint32Array.of(0, n),
    contents: new Uint8Array(1003).fill(n),
    room: new Uint8Array(n === 0 ? 10 : 1000),
  });
  const answers = await Promise.all([0, 1, 2].map((n) => thread.pack(batch(n))));
  for (const [n, answer] of answers.entries()) assert.deepEqual(answer, await own.pack(batch(n)));
  for (const packer of [thread, own]) packer.pass({ oid: 'f'.repeat(40) as Oid, length: 7, sum: 9 });
  assert.deepEqual(Buffer.from(await thread.index()), Buffer.from(await own.index()));
  await thread.close();
  await assert.rejects(thread.pack(batch(3)), /ended/);
});

test('nothing written is no pack, and what is given up leaves nothing', async (t) => {
  const gitdir = emptyRepository(t);
  const claim = temporaryFolder(t);
  await (await openPack(testHost(), gitdir, claim)).publish();
  const sink = await openPack(testHost(), gitdir, claim);
  await sink.write('blob', Buffer.alloc(3 << 20, 'x'));
  await sink.discard();
  assert.deepEqual(readdirSync(join(gitdir, 'objects/pack')), []);
  assert.deepEqual(readdirSync(claim), []);
});

const untold = { begin: 0, end: 0 };

test('a delta makes the content that it was made for, or is not made', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, fc.boolean(), (head, tail, before, after, isTold) => {
      const [base, target] = [Buffer.concat([head, before, tail]), Buffer.concat([head, after, tail])];
      const delta = makeDelta(base, target, isTold ? { begin: head.length, end: tail.length } : untold);
      if (delta) assert.deepEqual(Buffer.from(applyDelta(base, delta, target.length) ?? []), target);
      else assert.ok(target.length === 0 || after.length > head.length + tail.length);
    }),
  );
  assert.equal(makeDelta(Buffer.from('a row'), Buffer.alloc(0), untold), undefined, 'git takes no delta of less than four bytes');
  const base = Buffer.alloc(40_000_000, 'b');
  const target = Buffer.concat([base, Buffer.from('more')]);
  const delta = makeDelta(base, target, untold) ?? Buffer.alloc(0);
  assert.ok(delta.length < 60);
  assert.deepEqual(Buffer.from(applyDelta(base, delta, target.length) ?? []), target);
});

test('an index tells places behind 2 GB too', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder, { recursive: true });
  const offsets = Array.from({ length: 600 }, (_, n) => n * 2 ** 23 + 12);
  const oids = offsets.map((_, n) => objectId('blob', Buffer.from(`${n}`)));
  const path = join(folder, 'pack.idx');
  writeFileSync(path, encodeIndex({ ids: Buffer.from(oids.join(''), 'hex'), offsets, sums: offsets.map((_, n) => n) }));
  const index = await openIndex(testHost().fs, path);
  for (const [n, oid] of oids.entries()) assert.equal(await index?.find(oid), offsets[n]);
  assert.equal(await index?.find('f'.repeat(40) as Oid), undefined);
  await index?.close();
});
