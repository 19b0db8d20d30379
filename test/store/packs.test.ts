import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { disk } from '../../src/host.ts';
import { openEngine } from '../../src/store/engine.ts';
import type { Oid } from '../../src/store/git.ts';
import { applyDelta } from '../../src/store/pack/delta.ts';
import { encodeIndex } from '../../src/store/pack/encode-index.ts';
import { openIndex } from '../../src/store/pack/index-file.ts';
import { startInflate } from '../../src/store/pack/inflate.ts';
import { packsOf } from '../../src/store/pack/packs.ts';
import { directReader } from '../../src/store/system/direct.ts';
import { commitFile } from './engine-contract.ts';
import { git, temporaryFolder, testHost } from './sandbox.ts';

/** Versions of texts that share most of what they hold, so that git makes deltas of them, and what cannot be made shorter. */
function contents(count: number): string[] {
  const line = (n: number) => `line ${n} ${Math.imul(n, 2654435761) >>> 0}\n`;
  const lines = Array.from({ length: 400 }, (_, n) => line(n));
  return Array.from({ length: count }, (_, n) =>
    n === 0 ? '' : n % 7 === 0 ? line(n) : [...lines.slice(n % 50), line(n), ...lines.slice(0, n * 3)].join(''),
  );
}

/** A repository with a commit for each content, as one pack. */
function repository(t: TestContext, texts: readonly string[], settings: string[] = []): string {
  const gitdir = join(temporaryFolder(t), 'r.git');
  spawnSync('git', ['init', '-q', '--bare', gitdir]);
  const commits = texts.map((text, n) => {
    const path = n % 3 === 0 ? `folder/deep/${n}.md` : `${n}.md`;
    const message = `commit ${n}\n`;
    return `commit refs/heads/main\ncommitter a <a> ${n} +0000\ndata ${message.length}\n${message}M 644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  git(gitdir, ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--done'], `${commits.join('')}done\n`);
  git(gitdir, [...settings, 'repack', '-adfq', '--depth=50', '--window=20']);
  return gitdir;
}

const oids = (gitdir: string) =>
  git(gitdir, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)']).trim().split('\n');

async function readsAll(gitdir: string): Promise<void> {
  const packs = packsOf(testHost(), gitdir);
  for (const line of oids(gitdir)) {
    const [oid = '', type = ''] = line.split(' ');
    const found = packs.read(oid as Oid);
    const expected = spawnSync('git', ['--git-dir', gitdir, 'cat-file', type, oid], { maxBuffer: 1 << 26 }).stdout;
    assert.deepEqual([found?.type, Buffer.from(found?.content ?? [])], [type, expected], oid);
  }
  assert.equal(packs.read('0'.repeat(40) as Oid), undefined);
  packs.close();
}

test('of many packs the newest and the largest are looked at first, the others where an object is in none of them', async (t) => {
  const gitdir = repository(t, contents(3));
  const engine = await openEngine(testHost(), gitdir, 'system');
  const ids: Oid[] = [];
  for (let n = 0; n < 12; n += 1) ids.push(await commitFile(engine, `f${n}`, `content ${n}\n`));
  await engine.close();
  const opened: string[] = [];
  const openSync = ((path: string, ...rest: [string, number?]) => {
    if (path.endsWith('.idx')) opened.push(path);
    return disk.openSync(path, ...rest);
  }) as typeof disk.openSync;
  const packs = packsOf(testHost({ fs: { ...disk, openSync } }), gitdir);
  const looked = (oid: Oid) => {
    assert.equal(packs.read(oid)?.type, 'commit');
    return opened.length;
  };
  assert.equal(looked(ids.at(-1) as Oid), 1);
  assert.equal(looked(git(gitdir, ['rev-parse', 'main~1']).trim() as Oid), 2);
  assert.equal(looked(ids[0] as Oid), 3);
  assert.equal(looked(ids[5] as Oid), 9);
  for (const oid of ids) looked(oid);
  assert.equal(packs.read('0'.repeat(40) as Oid), undefined);
  assert.equal(new Set(opened).size, 13);
  assert.equal(opened.length, 13);
  packs.close();
});

test('objects come out of packs as git reads them: deltas by offset and by id, over several packs', async (t) => {
  const gitdir = repository(t, contents(40));
  assert.match(git(gitdir, ['verify-pack', '-v', ...packFiles(gitdir, 'idx')]), /^chain length = [5-9]/m, 'there are deltas of deltas');
  await readsAll(gitdir);
  await readsAll(repository(t, contents(20), ['-c', 'repack.useDeltaBaseOffset=false']));
  git(gitdir, ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--done'], 'blob\ndata 3\nnew\nblob\ndata 5\nnewer\ndone\n');
  assert.equal(packFiles(gitdir, 'pack').length, 2);
  await readsAll(gitdir);
});

test('a pack of many objects is read by pieces of its index', async (t) => {
  const gitdir = join(temporaryFolder(t), 'r.git');
  spawnSync('git', ['init', '-q', '--bare', gitdir]);
  const blobs = Array.from({ length: 10_000 }, (_, n) => `blob\ndata ${String(n).length}\n${n}\n`).join('');
  git(gitdir, ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--done'], `${blobs}done\n`);
  const packs = packsOf(testHost(), gitdir);
  const texts = new Set<string>();
  for (const line of oids(gitdir)) texts.add(Buffer.from(packs.read(line.slice(0, 40) as Oid)?.content ?? []).toString());
  assert.equal(texts.size, 10_000);
  packs.close();
});

const packFiles = (gitdir: string, end: string) =>
  readdirSync(join(gitdir, 'objects/pack'))
    .filter((name) => name.endsWith(`.${end}`))
    .map((name) => join(gitdir, 'objects/pack', name));

test('what zlib gives is what comes out, also of bytes that were not deflated, and of damaged ones nothing', () => {
  const inflate = startInflate();
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      fc.nat({ max: 9 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 9 }),
      (content, level, at, more) => {
        const deflated = deflateSync(content, { level });
        assert.deepEqual(Buffer.from(inflate(Buffer.concat([deflated, more]), content.length)), Buffer.from(content));
        const damaged = Buffer.from(deflated);
        damaged.writeUInt8((damaged.readUInt8(at % damaged.length) + 1) & 0xff, at % damaged.length);
        let expected: Buffer | undefined;
        try {
          expected = inflateSync(damaged);
        } catch {}
        if (expected?.length === content.length) assert.deepEqual(Buffer.from(inflate(damaged, content.length)), expected);
        else assert.ok(isRefused(() => inflate(damaged, content.length), content.length));
        assert.deepEqual(Buffer.from(inflate(deflated, content.length)), Buffer.from(content), 'afterwards');
      },
    ),
  );
});

function isRefused(read: () => Uint8Array, size: number): boolean {
  try {
    return read().length !== size;
  } catch {
    return true;
  }
}

test('an index is searched near the place where ids that are spread evenly would stand, and where they are not too', (t) => {
  const path = join(temporaryFolder(t), 'pack.idx');
  const crowded = Array.from(
    { length: 3000 },
    (_, n) => `ab${(n < 1500 ? n : 0xffffff - n).toString(16).padStart(6, '0')}${'0'.repeat(32)}`,
  );
  const objects = crowded.concat(Array.from({ length: 12_000 }, (_, n) => createHash('sha1').update(`${n}`).digest('hex')));
  writeFileSync(path, encodeIndex({ ids: Buffer.from(objects.join(''), 'hex'), offsets: objects.map((_, at) => at), sums: [] }));
  const index = openIndex(testHost().fs, path);
  for (const [offset, oid] of objects.entries()) assert.equal(index?.find(oid as Oid), offset);
  for (const [, oid] of objects.entries())
    assert.equal(index?.find(`${oid.slice(0, 39)}${oid.endsWith('7') ? '8' : '7'}` as Oid), undefined);
  index?.close();
});

test('what is not as it should be is left to git, and nothing is read otherwise than git reads it', async (t) => {
  const gitdir = repository(t, contents(8));
  const right = new Map<string, string>();
  const all = async (check: (oid: string, content: string | undefined) => void) => {
    const packs = packsOf(testHost(), gitdir);
    for (const line of lines) {
      const found = packs.read(line.slice(0, 40) as Oid);
      check(line, found && `${found.type} ${Buffer.from(found.content).toString('latin1')}`);
    }
    packs.close();
  };
  const lines = oids(gitdir);
  await all((line, content) => right.set(line, content ?? ''));
  const [pack = ''] = packFiles(gitdir, 'pack');
  const bytes = readFileSync(pack);
  chmodSync(pack, 0o600);
  for (let at = 12; at < bytes.length; at += 97) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
    writeFileSync(pack, changed);
    await all((line, content) => {
      if (content === undefined || content === right.get(line)) return;
      const [oid = ''] = line.split(' ');
      const [type = ''] = content.split(' ', 1);
      const told = spawnSync('git', ['--git-dir', gitdir, 'cat-file', type, oid]).stdout.toString('latin1');
      assert.equal(content, `${type} ${told}`, `byte ${at}`);
    });
  }
  for (const cut of [0, 11, 12, bytes.length >> 1, bytes.length - 25]) {
    writeFileSync(pack, bytes.subarray(0, cut));
    await all((line, content) => assert.ok(content === undefined || content === right.get(line), `${line} cut at ${cut}`));
  }
  writeFileSync(pack, bytes);
  const [idx = ''] = packFiles(gitdir, 'idx');
  const index = readFileSync(idx);
  chmodSync(idx, 0o600);
  for (const cut of [0, 8, 1031, 1032, index.length >> 1]) {
    writeFileSync(idx, index.subarray(0, cut));
    await all((line, content) => assert.ok(content === undefined || content === right.get(line), `${line} index cut at ${cut}`));
  }
  git(gitdir, ['-c', 'pack.indexVersion=1', 'index-pack', pack]);
  await all((_, content) => assert.equal(content, undefined, 'an index of version 1'));
});

test('a delta gives what git says it gives, and nothing where it does not fit', () => {
  const copy = (start: number, length: number) => [0x91, start, length];
  const base = Buffer.from('the quick brown fox');
  assert.deepEqual(
    Buffer.from(applyDelta(base, Buffer.from([19, 9, ...copy(4, 6), 3, 0x61, 0x62, 0x63]), 1000) ?? []).toString(),
    'quick abc',
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (delta) => {
      const result = applyDelta(base, delta, 1000);
      assert.ok(result === undefined || ((delta[0] ?? 0) & 0x7f) === base.length);
    }),
  );
  for (const bad of [
    [],
    [18, 0],
    [19],
    [147],
    [147, 128],
    [19, 131],
    [19, 3, 3, 1, 2],
    [19, 3, ...copy(18, 3)],
    [19, 1, 2, 1, 2],
    [19, 2, 1, 1],
    [19, 1, 0],
  ]) {
    assert.equal(applyDelta(base, Buffer.from(bad), 1000), undefined, bad.join());
  }
});

test('commits, trees and paths are found without a process; git is asked for everything else', async (t) => {
  const gitdir = repository(t, contents(10));
  const spawned: string[] = [];
  const host = testHost({ onSpawn: (_, args) => spawned.push(args.find((arg) => arg === 'cat-file') ?? '?') });
  const engine = await openEngine(host, gitdir, 'system');
  t.after(() => engine.close());
  const tip = git(gitdir, ['rev-parse', 'refs/heads/main']).trim();
  const tell = async (name: string) => (await engine.read(name))?.oid;
  for (const name of [
    tip,
    'refs/heads/main',
    'refs/heads/main^{tree}',
    `${tip}:folder/deep`,
    `${tip}:folder/deep/3.md`,
    'refs/heads/main:1.md',
  ]) {
    assert.equal(await tell(name), git(gitdir, ['rev-parse', name]).trim(), name);
  }
  assert.equal(await tell(`${tip}:none`), undefined);
  assert.equal(await tell(`${tip}:folder/none/3.md`), undefined);
  assert.deepEqual(spawned, []);
  const loose = git(gitdir, ['hash-object', '-w', '--stdin'], 'loose').trim();
  assert.equal(await tell(loose), loose);
  assert.deepEqual(spawned, ['cat-file']);
});

test('more objects than a command that shows a few turns reads come from one process', async (t) => {
  const gitdir = repository(t, contents(4));
  const reader = directReader({ host: testHost(), path: 'git', gitdir });
  const tip = git(gitdir, ['rev-parse', 'refs/heads/main']).trim();
  let direct = 0;
  while (direct < 10_000 && (await reader.read(tip)) !== undefined) direct += 1;
  reader.close();
  assert.ok(direct > 100 && direct < 10_000, String(direct));
  rmSync(gitdir, { recursive: true });
});
