import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { gitOf } from '../support/told-store.ts';
import { watchedFs } from '../support/watched-fs.ts';

interface Work {
  processes: string[];
  opened: number;
  changed: number;
  /** What was waited for until it was on the disk, ids and nonces left out. */
  synced: string[];
  /** Bytes read of everything but the listing, which is read whole, and packs, which are read in pieces of a fixed size. */
  read: number;
}

/** A packed store of so many conversations, as one has it after the first import. */
async function stored(t: TestContext, conversations: number): Promise<ImportHome> {
  const home = new ImportHome(t);
  for (let count = 0; count < conversations; count += 1) {
    const session = `5e551000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    const transcript = new Transcript({ sessionId: session });
    transcript.user(`Question ${count}`, { uuid: uuidOf(count * 10 + 1) });
    transcript.says(`Answer ${count}`, { uuid: uuidOf(count * 10 + 2) });
    await home.put(`.claude/projects/-w-lines/${session}.jsonl`, transcript.bytes);
  }
  await cliData(home, ['import']);
  gitOf(home.gitdir(), 'pack-refs', '--all');
  gitOf(home.gitdir(), 'repack', '-adq');
  return home;
}

async function workOf(home: ImportHome, argv: string[]): Promise<Work> {
  const watched = watchedFs();
  const processes: string[] = [];
  const host = { fs: watched.fs, onSpawn: (_program: string, args: readonly string[]) => processes.push(args.join(' ')) };
  const ran = await cli(home, argv, { host });
  assert.equal(ran.exit, 0, ran.err);
  const own = (path: string) => path.startsWith(home.store()) && !/\/(listing|packed-refs)$|\.(pack|idx)$/.test(path);
  return {
    processes,
    opened: watched.opened.filter(({ path }) => own(path)).length,
    changed: watched.changed.length,
    synced: watched.synced.map((path) => join(relative(home.store(), path).replace(/[0-9a-f]{16,}|\d+-(?=[0-9a-f]{16})/g, ''))),
    read: watched.reads.filter(([path]) => own(path)).reduce((sum, [, , length]) => sum + length, 0),
  };
}

test('branch, merge, undo and redo start no process, and touch as many files in a large store as in a small one', async (t) => {
  const [small, large] = [await stored(t, 4), await stored(t, 150)];
  const [entry] = (await cliData<{ conversations: { id: string }[] }>(small, ['list', '--all'])).conversations;
  const id = entry?.id ?? '';
  for (const home of [small, large]) await cliData(home, ['branch', 'first', id]); // packed refs that move get files of their own
  for (const argv of [
    ['branch', '-l', id],
    ['branch', 'try', `${id}@1`],
    ['log', `${id}/try`],
    ['merge', `${id}/main`, '--into', `${id}/try`],
    ['undo'],
    ['undo'],
    ['redo'],
    ['branch', '-m', `${id}/try`, 'x y'],
    ['branch', '-d', `${id}/try`],
    ['undo'],
    ['tag', id, 'urgent'],
    ['edit', id, '--status', 'done'],
    ['list', '--tag', 'urgent', '--group-by', 'status'],
    ['undo'],
  ]) {
    const [less, more] = [await workOf(small, argv), await workOf(large, argv)];
    const hint = argv.join(' ');
    assert.deepEqual([...less.processes, ...more.processes], [], hint);
    assert.deepEqual(more.synced, less.synced, hint);
    if (argv[1] === 'try')
      assert.deepEqual(
        less.synced,
        [
          ...['convo//pack-.pack', 'convo//pack-.idx', ...Array(3).fill('convo//ref-')], // waited for once
          ...['objects/pack', 'refs/convo', `refs/heads/claude-code/${id}`, 'refs/heads'], // objects, the intent, the refs
          ...['../state/.clean..tmp', '../state'], // that all of it is done
        ].map((path) => join('store.git', path)),
      );
    assert.ok(more.opened <= less.opened + 4, `${hint}: opened ${less.opened} files, then ${more.opened}`);
    assert.ok(more.changed <= less.changed + 4, `${hint}: changed ${less.changed} files, then ${more.changed}`);
    assert.ok(more.read <= less.read + 8_000, `${hint}: read ${less.read} bytes, then ${more.read}`);
  }
});
