import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transcript } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

const day = 24 * 60 * 60_000;

interface Log {
  operations: { id: string; sentence: string }[];
  dropped: boolean;
}

describe('the operation log', () => {
  for (const engine of ['system', 'isomorphic'] as const)
    test(`${engine}: what is older than 90 days can no longer be undone, and goes month by month`, async (t) => {
      const home = new ImportHome(t);
      const transcript = new Transcript();
      for (const words of ['One', 'Two']) {
        transcript.user(words);
        transcript.says(`To ${words}`);
      }
      const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
      await home.put(path, transcript.bytes);
      const env = { PATH: process.env.PATH, CONVO_HOME: home.store() };
      const at = (days: number) => ({ engine, host: { env, now: () => Date.now() + days * day } });
      const run = <Data>(days: number, ...argv: string[]) => cliData<Data>(home, argv, at(days));
      const past = () => gitOf(home.gitdir(), 'for-each-ref', '--format=%(refname)', 'refs/convo/past').split('\n').filter(Boolean);
      const gc = () => gitOf(home.gitdir(), 'gc', '--prune=now', '--quiet');

      await run(0, 'import');
      await run(0, 'branch', 'first', '@2');
      const { operations } = await run<Log>(0, 'op', 'log');
      const first = operations[0]?.id ?? '';
      assert.deepEqual(past(), []);
      await run(40, 'branch', 'second', '@2');
      assert.equal(past().length, 1);
      gc();
      const both = stateOf(home.gitdir());
      await run(89, 'undo');
      await run(89, 'undo');
      assert.deepEqual(
        Object.keys(stateOf(home.gitdir()).refs).filter((ref) => /first|second/.test(ref)),
        [],
      );
      await run(89, 'redo');
      await run(89, 'redo');
      assert.deepEqual(stateOf(home.gitdir()), both);
      gc();

      const refused = await cliError(home, ['undo', first.slice(0, 8)], at(95));
      assert.match(refused.message, /more than 90 days ago/);
      await run(95, 'undo');
      const none = await cliError(home, ['undo'], at(95));
      assert.equal(none.code, 'nothing-to-undo');
      assert.match(none.message, /There is nothing further to undo: what was done more than 90 days ago/);
      await run(95, 'redo');
      assert.equal((await run<Log>(95, 'op', 'log')).dropped, false);

      await run(140, 'branch', 'third', '@2');
      assert.ok(
        past().every((ref) => ref > `refs/convo/past/${new Date(Date.now() + 48 * day).toISOString().slice(0, 10)}`),
        `${past()}`,
      );
      gc();
      assert.throws(() => gitOf(home.gitdir(), 'cat-file', '-e', first));
      const log = await run<Log>(140, 'op', 'log');
      assert.ok(log.dropped && log.operations.length > 3);
      assert.ok(log.operations.every(({ id }) => id !== first));
      assert.match((await cli(home, ['op', 'log'], at(140))).out, /older ones are not kept/);
      assert.equal((await cliError(home, ['undo', first.slice(0, 8)], at(140))).code, 'unknown-operation');
      await run(140, 'undo');
      const all = stateOf(home.gitdir());
      while ((await cli(home, ['undo'], at(150))).exit === 0);
      assert.equal((await cliError(home, ['undo'], at(200))).code, 'nothing-to-undo');
      assert.ok(Object.keys(all.refs).length > 2);

      transcript.user('Three');
      transcript.says('To three');
      await home.put(path, transcript.bytes);
      await run(300, 'import');
      assert.equal((await cli(home, ['verify'], at(300))).exit, 0);
      assert.equal(fsckOf(home.gitdir()), '');
    });
});
