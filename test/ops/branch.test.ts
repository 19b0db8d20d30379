import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { fixtureScenes } from '../support/scenes.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf, objectCount } from '../support/told-store.ts';

const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

/** Three exchanges, the second answer in three steps with calls; then a rewind behind the first. */
function told(): Transcript {
  const t = new Transcript();
  t.user('One', { uuid: uuidOf(1) });
  t.says('To one', { uuid: uuidOf(2) });
  t.user('Two', { uuid: uuidOf(3) });
  t.assistant(
    [
      { type: 'text', text: 'First look' },
      { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
    ],
    { uuid: uuidOf(4) },
  );
  t.result('toolu_1', 'a b c', { uuid: uuidOf(5) });
  t.assistant(
    [
      { type: 'text', text: 'Then see' },
      { type: 'tool_use', id: 'toolu_2', name: 'Bash', input: { command: 'pwd' } },
    ],
    { uuid: uuidOf(6) },
  );
  t.result('toolu_2', '/w', { uuid: uuidOf(7) });
  t.says('To two', { uuid: uuidOf(8) });
  t.user('Three', { uuid: uuidOf(9) });
  t.says('To three', { uuid: uuidOf(10) });
  t.user('Other', { uuid: uuidOf(11), parentUuid: uuidOf(2) });
  t.says('To other', { uuid: uuidOf(12) });
  return t;
}

interface Listed {
  conversations: {
    id: string;
    branches: { name: string; label: string; tip: string; turns: number; from: { branch: string; n: number } | null; subject: string }[];
  }[];
  current: { id: string; branch: string } | null;
}
interface Shown {
  turns: { id: string; n: number; subject: string; steps: number }[];
}

for (const engine of ['system', 'isomorphic'] as const)
  describe(`${engine}: branches`, () => {
    const prepared = async (t: TestContext) => {
      const home = new ImportHome(t);
      await home.put(path, told().bytes);
      await cliData(home, ['import'], { engine });
      const run = <Data>(...argv: string[]) => cliData<Data>(home, argv, { engine });
      const [conversation] = (await run<Listed>('branch')).conversations;
      const refs = () => stateOf(home.gitdir()).refs;
      return { home, run, id: conversation?.id ?? '', refs, fails: (...argv: string[]) => cliError(home, argv, { engine }) };
    };

    test('a fork at a turn is a ref on the commit that is there: no object of a turn is copied', async (t) => {
      const { home, run, id, refs } = await prepared(t);
      const before = stateOf(home.gitdir());
      const objects = objectCount(home.gitdir());
      await run('branch', 'early', 'main@2');
      const ref = `refs/heads/claude-code/${id}/early`;
      assert.equal(refs()[ref], gitOf(home.gitdir(), 'rev-parse', `refs/heads/claude-code/${id}/main~4`).trim());
      assert.ok(objectCount(home.gitdir()) - objects <= 10, 'only catalogue and operation are new');
      const [listed] = (await run<Listed>('branch', '-l', id)).conversations;
      assert.deepEqual(
        listed?.branches.map(({ name, turns, from, subject }) => [name, turns, from && `${from.branch}@${from.n}`, subject]).sort(),
        [
          ['early', 2, 'main@2', 'To one'],
          ['main', 6, null, 'To three'],
          [listed?.branches.find(({ name }) => name.startsWith('main-'))?.name, 4, 'main@2', 'To other'],
        ].sort(),
      );
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
      await run('undo');
      assert.deepEqual(stateOf(home.gitdir()), before);
    });

    test('a fork at a step cuts the turn behind it; the same fork is the same commit', async (t) => {
      const { home, run, id, refs } = await prepared(t);
      await run('branch', 'half', 'main@4.2');
      const ref = `refs/heads/claude-code/${id}/half`;
      assert.equal(gitOf(home.gitdir(), 'rev-parse', `${ref}~1`), gitOf(home.gitdir(), 'rev-parse', `refs/heads/claude-code/${id}/main~3`));
      const { turns } = await run<Shown>('log', 'half', '--turns', '--reverse');
      assert.deepEqual(
        turns.map(({ n, steps }) => [n, steps]),
        [
          [1, 1],
          [2, 1],
          [3, 1],
          [4, 2],
        ],
      );
      const page = gitOf(home.gitdir(), 'show', `${ref}:turns/00/0004-assistant-${turns[3]?.id}.md`);
      assert.match(page, /\norigin: [0-9a-z]{12}\n/);
      assert.ok(page.includes('Then see') && !page.includes('To two'));
      await run('branch', 'again', `${id}/main@4.2`);
      assert.equal(refs()[`refs/heads/claude-code/${id}/again`], refs()[ref]);
      await run('branch', 'whole', 'main@4.3');
      assert.equal(
        refs()[`refs/heads/claude-code/${id}/whole`],
        gitOf(home.gitdir(), 'rev-parse', `refs/heads/claude-code/${id}/main~2`).trim(),
      );
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
      assert.equal(fsckOf(home.gitdir()), '');
    });

    test('switch goes to branches by their names, and makes one with -c', async (t) => {
      const { run, id } = await prepared(t);
      await run('switch', '-c', 'try', 'main@4');
      assert.deepEqual((await run<Listed>('branch')).current, { id, branch: 'try' });
      await run('switch', 'main');
      assert.equal((await run<Listed>('branch')).current?.branch, 'main');
      await run('switch', '-');
      assert.equal((await run<Listed>('branch')).current?.branch, 'try');
      assert.equal((await run<Shown>('show', '@-1')).turns[0]?.n, 4);
      await run('undo');
      assert.notEqual((await run<Listed>('branch')).current?.branch, 'try');
    });

    test('a label is another name to see and to type', async (t) => {
      const { home, run, fails } = await prepared(t);
      const before = stateOf(home.gitdir());
      await run('branch', '-m', 'main', 'the first try');
      assert.equal((await run<Shown>('log', 'the first try')).turns.length, 6);
      assert.equal((await fails('branch', 'other', '/main@2.7')).code, 'unknown-step');
      assert.equal((await fails('branch', '-m', 'main', 'a/b')).code, 'bad-value');
      assert.match((await fails('branch', '-m', 'main', '')).message, /is not 1 to 64 characters/);
      assert.equal((await fails('branch', '--all', 'main')).code, 'unknown-flag');
      await run('branch', 'try', 'main@2');
      assert.equal((await fails('branch', '-m', 'main', 'try')).code, 'branch-exists');
      assert.equal((await fails('branch', 'try', 'main@2')).code, 'branch-exists');
      assert.equal((await fails('branch', 'Try It')).code, 'bad-branch-name');
      assert.equal((await fails('branch', 'Try It', 'main@2')).hint, 'convo branch try-it main@2');
      assert.equal((await fails('switch', '-c', 'Try It', 'main@2')).hint, 'convo switch -c try-it main@2');
      for (const [bad, good] of [
        ['x..y', 'x.y'],
        ['.a.lock', 'a'],
        ['A.lock.lock', 'a'],
        ['...', 'try'],
      ] as const)
        assert.equal((await fails('branch', bad, 'the first try@2')).hint, `convo branch ${good} 'the first try@2'`);
      assert.match((await fails('branch', '-d', 'main')).hint ?? '', /^convo branch -D '\w+\/the first try' deletes/);
      assert.equal((await fails('blame', 'main', 'some words')).hint, "convo blame 'some words' main");
      await run('undo');
      await run('undo');
      assert.deepEqual(stateOf(home.gitdir()), before);
    });

    test('no branch is called like a conversation, which could not be named so any more', async (t) => {
      const { home, run, id, fails } = await prepared(t);
      const before = stateOf(home.gitdir());
      for (const name of [id, id.slice(0, 4)]) {
        const refused = await fails('branch', name);
        assert.deepEqual([refused.code, refused.hint], ['bad-branch-name', `convo branch -l ${name}`]);
        assert.equal((await fails('switch', '-c', name, '@2')).hint, `convo switch ${name}`);
        assert.equal((await fails('branch', '-m', 'main', name)).code, 'bad-branch-name');
      }
      assert.deepEqual(stateOf(home.gitdir()), before);
      await run('branch', `${id}-2`, '@2');
    });

    test('a branch goes where its turns are on others; else only when it is forced, and its name stays taken', async (t) => {
      const { home, run, id, fails } = await prepared(t);
      await run('branch', 'early', 'main@2');
      await run('branch', 'half', 'main@4.1');
      const before = stateOf(home.gitdir());
      const refused = await fails('branch', '-d', 'half');
      assert.equal(refused.code, 'unmerged-branch');
      assert.match(refused.message, /has 1 turn that/);
      assert.equal((await fails('branch', '-d', id)).code, 'unknown-branch', 'a conversation is no branch');
      await run('switch', 'half');
      const early = await cli(home, ['branch', '-d', 'early'], { engine });
      assert.deepEqual([early.exit, early.err], [0, '']);
      const half = await cli(home, ['branch', '-D', `${id}/half`], { engine });
      assert.match(half.err, new RegExp(`^half was the current branch; now it is the active one of ${id}$`, 'm'));
      assert.deepEqual(
        Object.keys(stateOf(home.gitdir()).refs).filter((ref) => /early|half/.test(ref)),
        [],
      );
      assert.equal((await fails('branch', 'half', 'main@2')).code, 'branch-was-deleted');
      await run('branch', 'early', 'main@2');
      gitOf(home.gitdir(), 'gc', '--prune=now', '--quiet');
      for (let count = 0; count < 3; count += 1) await run('undo');
      assert.deepEqual(stateOf(home.gitdir()), before);
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
    });

    test('what was deleted does not come back with the next import; what goes on behind it does', async (t) => {
      const { home, run, id, fails } = await prepared(t);
      const [listed] = (await run<Listed>('branch')).conversations;
      const rewound = listed?.branches.find(({ name }) => name.startsWith('main-'))?.name ?? '';
      await run('branch', '-D', 'main');
      assert.equal((await fails('branch', '-D', rewound)).code, 'last-branch');
      const deleted = stateOf(home.gitdir());
      await run('import', '--again');
      assert.deepEqual(stateOf(home.gitdir()).refs, deleted.refs);
      const t1 = told();
      t1.user('And more', { uuid: uuidOf(20), parentUuid: uuidOf(12) });
      t1.says('To more', { uuid: uuidOf(21) });
      await home.put(path, t1.bytes);
      await run('import');
      assert.deepEqual(Object.keys(stateOf(home.gitdir()).refs).length, Object.keys(deleted.refs).length, 'only the rewind has grown');
      t1.user('Back again', { uuid: uuidOf(30), parentUuid: uuidOf(10) });
      t1.says('To back again', { uuid: uuidOf(31) });
      await home.put(path, t1.bytes);
      await run('import');
      const names = ((await run<Listed>('branch', '-l', id)).conversations[0]?.branches ?? []).map(({ name, turns }) => [name, turns]);
      assert.equal(names.length, 2);
      assert.ok(
        names.some(([name, turns]) => name !== 'main' && name !== rewound && turns === 8),
        JSON.stringify(names),
      );
      assert.equal((await cli(home, ['verify'], { engine })).exit, 0);
    });
  });

test('a fork that was imported before its parent is labelled and deleted under the names that are shown', async (t) => {
  const home = new ImportHome(t);
  const files = fixtureScenes().find(({ name }) => name === 'fixture codex/forks')?.files ?? [];
  const run = <Data>(...argv: string[]) => cliData<Data>(home, argv);
  for (const end of ['22.jsonl', '21.jsonl']) {
    await home.putAll(files.filter(({ path: file }) => file.endsWith(end)));
    await run('import');
  }
  const [listed] = (await run<Listed>('branch')).conversations;
  const [id = '', fork = ''] = [listed?.id, listed?.branches.find(({ name }) => name !== 'main')?.name];
  await run('switch', `${id}/main`);
  assert.equal((await cliError(home, ['branch', '-m', fork, 'main'])).code, 'branch-exists');
  const { labelled } = await run<{ labelled: { before: string; branch: string } }>('branch', '-m', fork, 'off');
  assert.deepEqual([labelled.before, labelled.branch], [fork, 'off']);
  await run('cherry-pick', 'main@1', '--into', 'off');
  await run('branch', 'kept', 'off@2');
  const refused = await cliError(home, ['branch', '-d', 'off']);
  assert.match(refused.hint ?? '', new RegExp(`^convo branch -D ${id}/off `));
  await run('branch', '-D', `${id}/off`);
});
