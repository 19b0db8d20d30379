import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { list } from '../../src/ops/list.ts';
import { log } from '../../src/ops/log.ts';
import { show } from '../../src/ops/show.ts';
import { switchTo } from '../../src/ops/switch.ts';
import type { Entry } from '../../src/store/entry.ts';
import { type HomeFile, ImportHome } from '../support/import-home.ts';
import { withContext } from '../support/read-home.ts';
import { scenes } from '../support/scenes.ts';
import { fsckOf, tellStore, turnIds } from '../support/told-store.ts';

const filesOf = (name: string): HomeFile[] => {
  const files = scenes().find((scene) => scene.name === name)?.files;
  assert.ok(files);
  return files;
};
const ofPath = ({ path }: HomeFile): string => /([0-9a-f-]{36})\.jsonl$/.exec(path)?.[1] ?? '';

async function importEach(home: ImportHome, files: readonly HomeFile[]): Promise<void> {
  for (const file of files) {
    await home.put(file.path, file.bytes);
    await home.import();
  }
}

const listed = (home: ImportHome): Promise<Entry[]> =>
  withContext(home, async (context) => (await list(context, { all: true })).groups.flatMap(({ conversations }) => conversations));

const drawn = (home: ImportHome, revision: string) =>
  withContext(home, async (context) => {
    const { turns, graph = [] } = await log(context, { revision, shape: 'graph', diffs: false, reverse: false });
    return { ids: turns.map(({ id }) => id).sort(), roots: graph.filter(({ parents }) => parents.length === 0).length };
  });

describe('a fork that came before its parent', () => {
  const forks = filesOf('Codex fork of a fork');
  for (const [order, roots] of [
    [[1, 0, 2], 2],
    [[2, 1, 0], 3],
    [[2, 0, 1], 2],
    [[1, 2, 0], 2],
    [[0, 2, 1], 2],
  ] as const) {
    test(`Codex, ${order.join(' then ')}: one conversation for whoever reads, the tips of the parent as ever`, async (t) => {
      const [whole, home] = [new ImportHome(t), new ImportHome(t)];
      await whole.putAll(forks);
      await whole.import();
      await importEach(
        home,
        order.flatMap((index) => forks[index] ?? []),
      );
      const entries = await listed(home);
      assert.equal(entries.length, 1);
      assert.deepEqual(entries[0]?.branches.length, 3);
      assert.deepEqual(turnIds(home.gitdir()), turnIds(whole.gitdir()));
      const inOrder = tellStore(whole.gitdir()).tips;
      assert.ok(tellStore(home.gitdir()).tips.some((tip) => inOrder.includes(tip)));
      const all = await drawn(home, '');
      assert.deepEqual(all, { ids: turnIds(home.gitdir()), roots });
      for (const file of forks) {
        const { conversation } = await withContext(home, (context) => show(context, { revision: ofPath(file), mode: 'folded' }));
        assert.equal(conversation.id, entries[0]?.id);
      }
      const before = tellStore(home.gitdir());
      await home.import({ again: true });
      assert.deepEqual(tellStore(home.gitdir()).refs, before.refs);
      assert.equal(fsckOf(home.gitdir()), '');
    });
  }

  test('its own id names its line still, for show, raw and switch, and it grows', async (t) => {
    const home = new ImportHome(t);
    const [parent, fork] = forks as [HomeFile, HomeFile];
    await importEach(home, [fork]);
    const [alone] = await listed(home);
    assert.ok(alone);
    await withContext(home, (context) => switchTo(context, alone.id));
    await importEach(home, [parent]);
    const [one] = await listed(home);
    assert.notEqual(one?.id, alone.id);
    const shown = (revision: string) => withContext(home, (context) => show(context, { revision, mode: 'folded' }));
    for (const revision of [alone.id, '', `${one?.id}/${alone.id}`])
      assert.deepEqual((await shown(revision)).conversation.branch, alone.id, revision);
    const raw = await withContext(home, async (context) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of (await show(context, { revision: alone.id, mode: 'raw' })).raw ?? []) pieces.push(piece);
      return Buffer.concat(pieces);
    });
    assert.deepEqual(raw, Buffer.from(fork.bytes));
  });

  test('the parent is new while the fork grows: both keep their own ids', async (t) => {
    const home = new ImportHome(t);
    const [parent, fork, forkOfFork] = forks as [HomeFile, HomeFile, HomeFile];
    await importEach(home, [fork]);
    const before = tellStore(home.gitdir()).refs;
    await home.putAll([parent, forkOfFork]);
    await home.import({ again: true });
    for (const [ref, oid] of before) if (ref !== 'refs/heads/main') assert.ok(tellStore(home.gitdir()).refs.has(ref), `${ref} ${oid}`);
    assert.equal((await listed(home)).length, 1);
    const whole = new ImportHome(t);
    await whole.put(parent.path, parent.bytes);
    await whole.import();
    assert.ok(tellStore(whole.gitdir()).tips.every((tip) => tellStore(home.gitdir()).tips.includes(tip)));
  });

  test('Claude Code, behind a compaction: what both lines tell is shown once', async (t) => {
    for (const name of ['a fork after a compaction', 'a fork after a part was summarized', 'a fork after the end was summarized']) {
      const [whole, home] = [new ImportHome(t), new ImportHome(t)];
      const [original, fork] = filesOf(name) as [HomeFile, HomeFile];
      await whole.putAll([original, fork]);
      await whole.import();
      await importEach(home, [fork, original]);
      assert.equal((await listed(home)).length, 1, name);
      assert.deepEqual((await drawn(home, '')).ids, turnIds(whole.gitdir()), name);
    }
  });

  test('a line that the original tells in full is no branch of its own', async (t) => {
    const home = new ImportHome(t);
    const [original, fork] = filesOf('a fork after a compaction') as [HomeFile, HomeFile];
    const lines = Buffer.from(fork.bytes)
      .toString('utf8')
      .split(/(?<=\n)/);
    await importEach(home, [{ ...fork, bytes: Buffer.from(lines.slice(0, 7).join('')) }, original]);
    const [entry] = await listed(home);
    assert.deepEqual(
      entry?.branches.map(({ name, within }) => [name, within ?? null]),
      [
        ['main', entry?.active],
        [entry?.active, null],
      ],
    );
    const { conversation } = await withContext(home, (context) => show(context, { revision: '', mode: 'folded' }));
    assert.deepEqual([conversation.branches, conversation.turns], [1, 5]);
  });
});
