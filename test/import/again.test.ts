import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { growing, type HomeFile, ImportHome } from '../support/import-home.ts';
import { fixtureScenes, renumbered, scenes } from '../support/scenes.ts';
import { fsckOf, gitOf, objectCount, tellStore, turnIds } from '../support/told-store.ts';
import { watchedFs } from '../support/watched-fs.ts';

/** Every scene and fixture in one home folder, each a conversation of its own. */
const everything = (): HomeFile[] => [
  ...scenes().flatMap(({ files }, index) => renumbered(files, index)),
  ...fixtureScenes().flatMap(({ files }) => files),
];

const transcriptPath = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

function told(exchanges: number, words = 'Question'): Transcript {
  const t = new Transcript();
  for (let count = 0; count < exchanges; count += 1) {
    t.user(`${words} ${count}`);
    t.says(`Answer ${count}`);
  }
  return t;
}

/** Everything under a folder with what it holds, to tell whether anything changed. */
function printOf(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = statSync(path);
    hash.update(`${path} ${mode} ${entry.isFile() ? mtimeMs : ''}\n`);
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

describe('importing again', () => {
  test('an agent whose file came anew, without its beginning and with more of its end, comes in once', async (t) => {
    const home = new ImportHome(t);
    const scene = scenes().find(({ name }) => name.startsWith('agents'));
    const agent = scene?.files[1];
    assert.ok(scene && agent);
    await home.putAll(scene.files);
    await home.import();
    const [, answer = ''] = Buffer.from(agent.bytes).toString().split('\n');
    const more = answer.replaceAll('00000051-', '00000052-').replaceAll('00000050-', '00000051-').replaceAll('msg_2', 'msg_3');
    await home.put(agent.path, Buffer.from(`${answer}\n${more}\n`));
    await home.import();
    const { refs } = tellStore(home.gitdir());
    await home.import({ again: true });
    assert.deepEqual(tellStore(home.gitdir()).refs, refs);
  });

  test('changes nothing: no object, no commit, no ref, no source opened; the sources are never written', async (t) => {
    const home = new ImportHome(t);
    await home.putAll(everything());
    const sources = printOf(home.home);
    const first = watchedFs();
    await home.import({ fs: first.fs });
    assert.equal(printOf(home.home), sources);
    assert.deepEqual(
      first.opened.filter(({ path, flags }) => path.startsWith(home.home) && flags !== 'r'),
      [],
    );
    assert.deepEqual(
      first.changed.filter((path) => path.startsWith(home.home)),
      [],
    );
    assert.ok(first.opened.some(({ path }) => path.startsWith(home.home)));
    const before = state(home);
    for (let count = 0; count < 3; count += 1) {
      const watched = watchedFs();
      const result = await home.import({ fs: watched.fs, engine: count === 1 ? 'isomorphic' : 'system' });
      assert.equal(result.turnsAdded, 0);
      assert.deepEqual(state(home), before);
      assert.deepEqual(
        watched.opened.filter(({ path }) => path.startsWith(home.home)),
        [],
      );
    }
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('changes nothing either when all that was remembered is lost, or when every source is read again', async (t) => {
    const home = new ImportHome(t);
    await home.putAll(everything());
    await home.import();
    const before = state(home);
    rmSync(join(home.store(), 'state'), { recursive: true });
    await home.import();
    assert.deepEqual(state(home), before, 'without state/');
    await home.import({ again: true });
    assert.deepEqual(state(home), before, '--again');
    for (const { path, bytes } of everything()) await home.put(path, bytes);
    await home.import();
    assert.deepEqual(state(home), before, 'files touched');
    rmSync(join(home.store(), 'state/cursors'), { recursive: true });
    for (const { path, bytes } of everything()) await home.put(path, bytes);
    await home.import();
    assert.deepEqual(state(home), before, 'without cursors');
  });

  test('reads of a grown file only what is new, the turns that it builds and 4 KB', async (t) => {
    for (const [exchanges, padding] of [
      [40, 600],
      [2000, 6000],
    ] as const) {
      const home = new ImportHome(t);
      const t1 = told(exchanges, `Question ${'x'.repeat(padding)}`);
      await home.put(transcriptPath, t1.bytes, growing);
      await home.import();
      const size = t1.bytes.length;
      t1.user('And now?', { uuid: uuidOf(900_001) });
      t1.says('Now this.', { uuid: uuidOf(900_002) });
      await home.put(transcriptPath, t1.bytes, growing);
      const watched = watchedFs();
      const result = await home.import({ fs: watched.fs });
      assert.equal(result.turnsAdded, 2);
      const from = Math.min(...watched.reads.filter(([path]) => path === home.path(transcriptPath)).map(([, offset]) => offset));
      assert.ok(from >= size - 4096, `read from ${from} of ${size}`);
      const total = watched.reads.filter(([path]) => path === home.path(transcriptPath)).reduce((sum, [, , length]) => sum + length, 0);
      assert.ok(total <= 4 * (t1.bytes.length - size + 4096), `read ${total} bytes`);
    }
  });
});

test('what is remembered of many sources stands in one file, until each was read again', async (t) => {
  const home = new ImportHome(t);
  const session = (n: number) => `5e551000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const pathOf = (n: number) => `.claude/projects/-w-lines/${session(n)}.jsonl`;
  const put = async (n: number, exchanges: number) => {
    const text = Buffer.from(told(exchanges).bytes).toString('utf8').replaceAll(session(0), session(n));
    await home.put(pathOf(n), text.replaceAll('"uuid":"', `"uuid":"${n}x`).replaceAll('"parentUuid":"', `"parentUuid":"${n}x`), growing);
    return Buffer.byteLength(text);
  };
  const together = () => readdirSync(join(home.store(), 'state/cursors')).filter((name) => name.endsWith('.states'));
  const all = Array.from({ length: 40 }, (_, n) => n);
  for (const n of all) await put(n, 20);
  await home.import();
  const [first] = together();
  assert.equal(together().length, 1);
  await put(7, 21);
  const watched = watchedFs();
  const size = statSync(home.path(pathOf(7))).size;
  assert.equal((await home.import({ fs: watched.fs })).turnsAdded, 2);
  const from = Math.min(...watched.reads.filter(([path]) => path === home.path(pathOf(7))).map(([, offset]) => offset));
  assert.ok(from > size - 8192 && from > 0, `read from ${from} of ${size}`);
  assert.deepEqual(together(), [first]);
  for (const n of all) await put(n, 22);
  await home.import();
  assert.equal(together().length, 1);
  assert.notEqual(together()[0], first);
});

interface State {
  refs: [string, string][];
  objects: number;
  operation: string;
}

const state = (home: ImportHome): State => ({
  refs: [...tellStore(home.gitdir()).refs],
  objects: objectCount(home.gitdir()),
  operation: gitOf(home.gitdir(), 'rev-parse', 'refs/convo/ops'),
});

describe('a source that is no longer what it was', () => {
  const rawBytes = (home: ImportHome): string => {
    const refs = Object.keys(tellStore(home.gitdir()).raw);
    return refs
      .flatMap((ref) => gitOf(home.gitdir(), 'ls-tree', '-r', '--format=%(objectname)', ref).split('\n').filter(Boolean))
      .map((oid) => gitOf(home.gitdir(), 'cat-file', 'blob', oid))
      .join('');
  };
  const stages = async (
    t: TestContext,
    change: (home: ImportHome, original: Transcript) => Promise<void>,
    more?: (home: ImportHome) => void,
  ) => {
    const home = new ImportHome(t);
    const original = told(4);
    await home.put(transcriptPath, original.bytes);
    await home.import();
    const turns = turnIds(home.gitdir());
    await change(home, original);
    await home.import();
    const now = turnIds(home.gitdir());
    assert.ok(
      turns.every((id) => now.includes(id)),
      'a turn is gone',
    );
    const raw = rawBytes(home);
    for (const line of original.lines) assert.ok(raw.includes(line), 'a record is gone from raw');
    assert.equal(fsckOf(home.gitdir()), '');
    const before = state(home);
    await home.import({ again: true });
    assert.deepEqual(state(home), before);
    more?.(home);
  };

  test('rewritten in place', (t) => stages(t, (home) => home.put(transcriptPath, told(5, 'Other words').bytes)));
  test('shrunk', (t) => stages(t, async (home) => truncateSync(home.path(transcriptPath), 700)));
  test('shrunk, then grown to what it was', (t) =>
    stages(
      t,
      async (home, original) => {
        await home.put(transcriptPath, original.bytes.subarray(0, 900));
        await home.import();
        await home.put(transcriptPath, original.bytes);
      },
      (home) => assert.equal(gitOf(home.gitdir(), 'rev-list', '--count', '--branches', '--not', 'main').trim(), '8'),
    ));
  test('emptied', (t) => stages(t, (home) => home.put(transcriptPath, '')));
  test('replaced by another file with other turns', (t) =>
    stages(t, async (home) => {
      const other = new Transcript();
      other.user('Something else', { uuid: uuidOf(77) });
      other.says('Yes.', { uuid: uuidOf(78) });
      rmSync(home.path(transcriptPath));
      await home.put(transcriptPath, other.bytes);
    }));
  test('gone', (t) => stages(t, async (home) => rmSync(home.path(transcriptPath))));
  test('moved to another folder', (t) =>
    stages(t, async (home) => {
      const to = home.path(transcriptPath.replace('-w-lines', '-w-moved'));
      mkdirSync(dirname(to), { recursive: true });
      renameSync(home.path(transcriptPath), to);
    }));
  test('copied beside itself', (t) =>
    stages(t, async (home) => copyFileSync(home.path(transcriptPath), home.path(transcriptPath.replace('.jsonl', '-copy.jsonl')))));
  test('replaced by a folder', (t) =>
    stages(t, async (home) => {
      rmSync(home.path(transcriptPath));
      mkdirSync(home.path(transcriptPath));
    }));
});

for (const name of ['Codex fork of a fork', 'fixture codex/reverts', 'fixture codex/forks'])
  test(`${name}: a fork whose parent is gone from the disk goes on from what raw holds of it`, async (t) => {
    const files = [...scenes(), ...fixtureScenes()].find((scene) => scene.name === name)?.files ?? [];
    assert.ok(files.length > 2);
    const whole = new ImportHome(t);
    await whole.putAll(files);
    await whole.import();
    const home = new ImportHome(t);
    for (const { path, bytes } of files) {
      await home.put(path, bytes);
      await home.import();
      rmSync(home.path(path));
    }
    assert.deepEqual(tellStore(home.gitdir()).tips, tellStore(whole.gitdir()).tips);
    assert.deepEqual(tellStore(home.gitdir()).raw, tellStore(whole.gitdir()).raw);
  });

test('an import packs a store of many small packs', async (t) => {
  const home = new ImportHome(t);
  const transcript = told(1);
  await home.put(transcriptPath, transcript.bytes);
  await home.import();
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  for (let count = 0; count < 55; count += 1) {
    const writer = await store.engine.writer();
    await writer.blob(Buffer.from(`object ${count}`));
    await writer.finish();
  }
  await store.engine.close();
  const packs = () => readdirSync(join(home.gitdir(), 'objects/pack')).filter((name) => name.endsWith('.pack')).length;
  assert.ok(packs() > 50);
  transcript.user('More');
  await home.put(transcriptPath, transcript.bytes);
  await home.import();
  assert.ok(packs() < 10, `${packs()} packs`);
  assert.equal(fsckOf(home.gitdir()), '');
});

test('a half-written last line waits for its end', async (t) => {
  const home = new ImportHome(t);
  const t1 = told(3);
  const cut = t1.bytes.length - 40;
  await home.put(transcriptPath, t1.bytes.subarray(0, cut), growing);
  const first = await home.import();
  assert.deepEqual([first.turnsAdded, first.openTurns, first.skipped.length], [4, 1, 0]);
  await home.put(transcriptPath, t1.bytes, growing);
  assert.equal((await home.import()).turnsAdded, 2);
  const whole = new ImportHome(t);
  await whole.put(transcriptPath, t1.bytes);
  await whole.import();
  assert.deepEqual(tellStore(home.gitdir()).tips, tellStore(whole.gitdir()).tips);
  assert.deepEqual(tellStore(home.gitdir()).raw, tellStore(whole.gitdir()).raw);
});
