import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf, turnIds } from '../support/told-store.ts';

const path = (number: number) => `.claude/projects/-w-lines/5e551000-0000-4000-8000-00000000000${number}.jsonl`;

function told(number: number, exchanges: number): Uint8Array {
  const t = new Transcript({ sessionId: `5e551000-0000-4000-8000-00000000000${number}` });
  for (let count = 0; count < exchanges; count += 1) {
    t.user(`Question ${number}.${count}`, { uuid: uuidOf(number * 1000 + count * 2) });
    t.says(`Answer ${number}.${count}`, { uuid: uuidOf(number * 1000 + count * 2 + 1) });
  }
  return t.bytes;
}

/** A prompt behind the fourth answer of the first transcript, without an answer of its own. */
function openPrompt(): Uint8Array {
  const t = new Transcript({ sessionId: '5e551000-0000-4000-8000-000000000001' });
  t.user('And now?', { uuid: uuidOf(1900), parentUuid: uuidOf(1007) });
  return t.bytes;
}

interface Imported {
  turnsAdded: number;
  held: number;
  conversations: { new: number; grown: number; unchanged: number };
  tools: { changed: number }[];
}
interface Operations {
  operations: { id: string; command: string; sentence: string; undone: boolean }[];
  changes?: { id: string; refs: { branch: string | null; from: string | null; to: string | null }[]; card: unknown[] }[];
}

for (const engine of ['system', 'isomorphic'] as const)
  describe(`${engine}: undo and redo`, () => {
    const prepared = async (t: TestContext) => {
      const home = new ImportHome(t);
      await home.put(path(1), told(1, 2));
      await cliData(home, ['import'], { engine });
      const first = stateOf(home.gitdir());
      await home.put(path(1), told(1, 4));
      await home.put(path(2), told(2, 1));
      await cliData(home, ['import'], { engine });
      return { home, first, second: stateOf(home.gitdir()) };
    };

    test('an import: branches, records and cards become what they were, gc or not, and back again', async (t) => {
      const { home, first, second } = await prepared(t);
      const turns = turnIds(home.gitdir());
      await cliData(home, ['undo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), first);
      gitOf(home.gitdir(), 'gc', '--prune=now', '--quiet');
      assert.equal(fsckOf(home.gitdir()), '');
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
      await cliData(home, ['undo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), { refs: {}, cards: {} });
      assert.equal((await cliData<{ total: number }>(home, ['list'], { engine })).total, 0);
      assert.equal((await cliError(home, ['undo'], { engine })).code, 'nothing-to-undo');
      gitOf(home.gitdir(), 'gc', '--prune=now', '--quiet');
      await cliData(home, ['redo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), first);
      await cliData(home, ['redo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), second);
      assert.deepEqual(turnIds(home.gitdir()), turns);
      assert.equal((await cliError(home, ['redo'], { engine })).code, 'nothing-to-redo');
      assert.equal(fsckOf(home.gitdir()), '');
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
    });

    test('an undone import stays undone until --again, also when its sources grow, move or are forgotten', async (t) => {
      const { home, first } = await prepared(t);
      await cliData(home, ['undo'], { engine });
      const again = await cliData<Imported>(home, ['import'], { engine });
      assert.deepEqual([again.turnsAdded, again.held, again.tools[0]?.changed], [0, 2, 0]);
      await home.put(path(1), told(1, 5));
      await home.put(path(2), told(2, 3));
      assert.equal((await cliData<Imported>(home, ['import'], { engine })).turnsAdded, 0);
      assert.deepEqual(stateOf(home.gitdir()), first);
      rmSync(join(home.store(), 'state'), { recursive: true });
      await home.put(path(2).replace('-w-lines', '-w-moved'), told(2, 3));
      const lost = await cliData<Imported>(home, ['import'], { engine });
      assert.deepEqual([lost.turnsAdded, lost.held], [0, 3]);
      assert.deepEqual(stateOf(home.gitdir()), first);
      await home.put(path(3), told(3, 1));
      assert.equal((await cliData<Imported>(home, ['import'], { engine })).turnsAdded, 2);
      const back = await cliData<Imported>(home, ['import', '--again'], { engine });
      assert.deepEqual([back.turnsAdded, back.held], [12, 0]);
      await home.put(path(2), told(2, 4));
      assert.equal((await cliData<Imported>(home, ['import'], { engine })).turnsAdded, 2);
    });

    test('redo lets the sources of the import grow again, those of another undone import not', async (t) => {
      const { home } = await prepared(t);
      await cliData(home, ['undo'], { engine });
      await cliData(home, ['undo'], { engine });
      await cliData(home, ['redo'], { engine });
      await home.put(path(1), told(1, 6));
      assert.equal((await cliData<Imported>(home, ['import'], { engine })).turnsAdded, 0);
      await cliData(home, ['redo'], { engine });
      const grown = await cliData<Imported>(home, ['import'], { engine });
      assert.deepEqual([grown.turnsAdded, grown.held], [4, 0]);
    });

    test('a ref that another program moved is left alone, and nothing else changes', async (t) => {
      const { home } = await prepared(t);
      const [ref = ''] = Object.keys(stateOf(home.gitdir()).refs).filter((name) => name.endsWith('/main'));
      gitOf(home.gitdir(), 'update-ref', ref, `${ref}~1`);
      const before = stateOf(home.gitdir());
      const refused = await cliError(home, ['undo'], { engine });
      assert.equal(refused.code, 'undo-in-the-way');
      assert.match(refused.message, /another program changed .*\/main since/);
      assert.deepEqual(stateOf(home.gitdir()), before);
      assert.equal((await cliData<Operations>(home, ['op', 'log'], { engine })).operations.length, 2);
    });

    test('turns in progress go with their import, and come back with it', async (t) => {
      const { home } = await prepared(t);
      await home.put(path(1), Buffer.concat([told(1, 4), openPrompt()]), growing);
      const open = async () => (await cliData<{ open: unknown[] }>(home, ['status'], { engine })).open.length;
      await cliData(home, ['import'], { engine });
      assert.equal(await open(), 1);
      await cliData(home, ['undo'], { engine });
      assert.equal(await open(), 0);
      await cliData(home, ['redo'], { engine });
      await cliData(home, ['import'], { engine });
      assert.equal(await open(), 1);
    });

    test('an undo that is taken back by its id is redone: what was undone before it can be redone, too', async (t) => {
      const { home } = await prepared(t);
      for (const status of ['waiting', 'done']) await cliData(home, ['edit', 'main', '--status', status], { engine });
      const after = stateOf(home.gitdir());
      for (const argv of [['undo'], ['undo']]) await cliData(home, argv, { engine });
      const newest = async () => (await cliData<Operations>(home, ['op', 'log'], { engine })).operations[0]?.id ?? '';
      const back = await cliData<{ next: { undo: unknown; redo: { sentence: string } | null } }>(home, ['undo', await newest()], {
        engine,
      });
      assert.match(back.next.redo?.sentence ?? '', /done/);
      await cliData(home, ['redo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()).cards, after.cards);
      assert.equal((await cliError(home, ['redo'], { engine })).code, 'nothing-to-redo');
      for (const argv of [['undo'], ['undo'], ['redo'], ['redo']]) await cliData(home, argv, { engine });
      assert.deepEqual(stateOf(home.gitdir()).cards, after.cards);
    });

    test('out of turn where nothing later rests on it; else it is told what is in the way', async (t) => {
      const { home } = await prepared(t);
      await home.put(path(3), told(3, 1));
      await cliData(home, ['import'], { engine });
      const { operations } = await cliData<Operations>(home, ['op', 'log'], { engine });
      const [third, second, one] = operations.map(({ id }) => id);
      const refused = await cliError(home, ['undo', one ?? ''], { engine });
      assert.equal(refused.code, 'undo-in-the-way');
      assert.match(refused.message, new RegExp(`\\(${second?.slice(0, 8)}\\) changed .*main.* later`));
      const before = stateOf(home.gitdir());
      await cliData(home, ['undo', second?.slice(0, 6) ?? ''], { engine });
      assert.equal(Object.keys(stateOf(home.gitdir()).cards).length, 2);
      assert.equal((await cliError(home, ['undo', second ?? ''], { engine })).code, 'already-undone');
      await cliData(home, ['undo'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), before);
      await cliData(home, ['undo', '--dry-run'], { engine });
      assert.deepEqual(stateOf(home.gitdir()), before);
      const log = await cliData<Operations>(home, ['op', 'log'], { engine });
      assert.deepEqual(
        log.operations.map(({ command, undone }) => [command, undone]),
        [
          ['undo', false],
          ['undo', true],
          ['import', false],
          ['import', false],
          ['import', false],
        ],
      );
      const shown = await cliData<Operations>(home, ['op', 'show', third ?? ''], { engine });
      assert.deepEqual(
        shown.changes?.map(({ refs }) => refs.map(({ branch, from }) => [branch, from])),
        [
          [
            ['main', null],
            [null, null],
          ],
        ],
      );
    });
  });
