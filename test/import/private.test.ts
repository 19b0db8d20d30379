import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { run } from '../../src/commands/run.ts';
import { ConvoError } from '../../src/errors.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import { plainText } from '../../src/store/commit.ts';
import { openStore } from '../../src/store/store.ts';
import { Transcript } from '../support/claude-code.ts';
import { ImportHome } from '../support/import-home.ts';
import { scenes } from '../support/scenes.ts';
import { tellStore } from '../support/told-store.ts';

/** Runs a command line on the real store of a home folder; returns its exit code and what it printed. */
async function convo(home: ImportHome, ...argv: string[]): Promise<{ exit: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const write = (to: (text: string) => void) => ({
    isTTY: false,
    write: (chunk: string | Uint8Array) => to(Buffer.from(chunk).toString('utf8')),
  });
  const exit = await run(argv, {
    host: { ...home.host(), env: { PATH: process.env.PATH, CONVO_HOME: home.store() } },
    terminal: { out: write((text) => (out += text)), err: write((text) => (err += text)) },
    backend: async () => storeBackend(),
  });
  return { exit, out, err };
}

/** Paths below a folder that others than the owner may open. */
function open(folder: string): string[] {
  return ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].filter(
    (name) => (statSync(join(folder, name)).mode & 0o077) !== 0,
  );
}

describe('a store', () => {
  const umask = process.umask(0);
  after(() => process.umask(umask));

  for (const engine of ['system', 'isomorphic'])
    test(`${engine}: nothing in it is for others, whatever the umask`, async (t) => {
      const home = new ImportHome(t);
      await home.putAll(scenes()[0]?.files ?? []);
      for (const argv of [
        ['import'],
        ['list'],
        ['log'],
        ['show'],
        ['switch', '@'],
        ['config', 'engine', engine],
        ['status'],
        ['import', '--again'],
        ['verify'],
      ]) {
        const { exit, err } = await convo(home, ...argv, '--engine', engine);
        assert.equal(exit, 0, `${argv.join(' ')}: ${err}`);
        assert.deepEqual(open(home.store()), [], argv.join(' '));
      }
      const folders = readdirSync(home.store(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
      assert.ok(folders.length > 5);
    });

  test('of a newer format is read and never written', async (t) => {
    const home = new ImportHome(t);
    await home.putAll(scenes()[0]?.files ?? []);
    await home.import();
    await makeNewer(home);
    const before = tellStore(home.gitdir()).refs;
    for (const verb of ['list', 'log', 'show', 'status']) {
      const { exit, out, err } = await convo(home, verb);
      assert.equal(exit, 0, `${verb}: ${err}`);
      assert.match(out, /\S/);
    }
    await assert.rejects(home.import({ again: true }), (error) => error instanceof ConvoError && error.code === 'store-newer');
    await assert.rejects(home.import(), (error) => error instanceof ConvoError && error.code === 'store-newer');
    assert.deepEqual(tellStore(home.gitdir()).refs, before);
    const { exit, err } = await convo(home, 'import');
    assert.notEqual(exit, 0);
    assert.match(err, /newer/);
  });

  test('works on when what is derived beside it is damaged', async (t) => {
    const home = new ImportHome(t);
    const transcript = new Transcript();
    transcript.user('One');
    transcript.says('1');
    const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
    await home.put(path, transcript.bytes);
    await home.import();
    const state = join(home.store(), 'state');
    const damages: ((file: string) => void)[] = [
      (file) => truncateSync(file, 0),
      (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
      (file) => truncateSync(file, Math.max(0, statSync(file).size - 2)),
      (file) => appendFileSync(file, '\0\0{"'),
      (file) => writeFileSync(file, '[]\n'),
      (file) => writeFileSync(file, Buffer.from([0xff, 0x00, 0x0a])),
    ];
    for (const [index, damage] of damages.entries()) {
      for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) damage(join(entry.parentPath, entry.name));
      assert.equal((await convo(home, 'list')).exit, 0, `list, damage ${index}`);
      transcript.user(`More ${index}`);
      transcript.says(`Yes ${index}`);
      await home.put(path, transcript.bytes);
      const result = await home.import();
      assert.equal(result.turnsAdded, 2, `damage ${index}`);
      const { out, exit } = await convo(home, 'log');
      assert.equal(exit, 0);
      assert.match(out, new RegExp(`More ${index}`));
    }
  });
});

async function makeNewer(home: ImportHome): Promise<void> {
  const store = await openStore(home.host(), home.store(), { engine: 'system', absent: 'fail' });
  const [main] = await store.engine.refs('refs/heads/main');
  assert.ok(main);
  const writer = await store.engine.writer();
  const page = await writer.blob(Buffer.from('convo: 2\nlimits: {inline: 1, other: many}\nsegments:\n  - {kind: new}\n'));
  const commit = await writer.commit({ parents: [main.oid], changes: [['convo.yaml', page]], text: plainText('Upgrade', 1) });
  const to = (await writer.finish())(commit);
  await store.engine.moveRefs([{ ref: 'refs/heads/main', from: main.oid, to }]);
  await store.engine.close();
}
