import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { disk } from '../../src/host.ts';
import { commandWords } from '../../src/ops/program.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { ImportHome } from '../support/import-home.ts';
import { forked, path, tipOf, turnIds } from '../support/merge-home.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

interface Made {
  commit: string;
  turns: { id: string; n: number; role: string; subject: string; origin: string }[];
}
interface Logged {
  turns: { id: string; n: number; kind: string | null; subject: string }[];
}

const edits: [name: string, argv: string[]][] = [
  ['merge', ['merge', 'SIDE']],
  ['cherry-pick', ['cherry-pick', 'SIDE@4']],
  ['revert of the last turn', ['revert', '@6']],
  ['revert of a turn in the middle', ['revert', '@4']],
  ['amend of the last turn', ['amend', '@6', '-m', 'To three, corrected']],
  ['amend of a turn in the middle', ['amend', '@3', '-m', 'Two, corrected']],
];

for (const engine of ['system', 'isomorphic'] as const)
  describe(`${engine}: turns that people make`, () => {
    const prepared = async (t: TestContext) => {
      const home = new ImportHome(t);
      const transcript = forked();
      await home.put(path, transcript.bytes);
      await cliData(home, ['import'], { engine });
      const run = <Data>(...argv: string[]) => cliData<Data>(home, argv, { engine });
      const git = (...args: string[]) => gitOf(home.gitdir(), ...args).trim();
      const refs = () => git('for-each-ref', '--format=%(refname)', 'refs/heads/claude-code').split('\n');
      const main = refs().find((ref) => ref.endsWith('/main')) ?? '';
      const side =
        refs()
          .find((ref) => ref !== main)
          ?.split('/')
          .at(-1) ?? '';
      await run('switch', `${main.split('/')[3]}/main`);
      const sound = async () => {
        const verified = await cli(home, ['verify'], { engine });
        assert.equal(verified.exit, 0, verified.out);
        assert.equal(fsckOf(home.gitdir()), '');
      };
      const subjects = async (...argv: string[]) =>
        (await run<Logged>('log', '--turns', '--reverse', ...argv)).turns.map(({ subject }) => subject);
      return {
        home,
        transcript,
        run,
        git,
        refs,
        main,
        side,
        sound,
        subjects,
        fails: (...argv: string[]) => cliError(home, argv, { engine }),
      };
    };

    for (const [name, argv] of edits)
      test(`${name}: the source grows behind it, and nothing is lost`, async (t) => {
        const { home, transcript, run, git, refs, main, side, sound, subjects } = await prepared(t);
        const before = stateOf(home.gitdir());
        const { commit } = await run<Made>(...argv.map((word) => word.replace('SIDE', side)));
        assert.equal(git('rev-parse', main), commit);
        await run('undo');
        assert.deepEqual(stateOf(home.gitdir()), before);
        await run('redo');
        assert.equal(git('rev-parse', main), commit);
        const told = await subjects('main');
        const turns = turnIds(home.gitdir());
        await run('import', '--again');
        await run('reimport');
        assert.equal(git('rev-parse', main), commit, 'what stands is adopted');
        assert.equal(refs().length, 2);
        transcript.says('More of three', { parentUuid: tipOf(transcript, 'To three') });
        await home.put(path, transcript.bytes);
        await run('import');
        for (const words of ['Four', 'Five']) {
          transcript.user(words);
          transcript.says(`To ${words}`);
          await home.put(path, transcript.bytes);
          await run('import');
          await sound();
        }
        assert.deepEqual((await subjects('main')).slice(0, told.length), told);
        for (const id of turns) assert.ok(turnIds(home.gitdir()).includes(id), id);
        const grown = refs().filter((ref) => ref !== main && !ref.endsWith(side));
        assert.equal(grown.length, 1, `one line for all that grows: ${grown.join(' ')}`);
        const line = grown[0]?.split('/').at(-1) ?? '';
        assert.deepEqual(await subjects(line), [
          'One',
          'To one',
          'Two',
          'To two',
          'Three',
          'More of three',
          'Four',
          'To Four',
          'Five',
          'To Five',
        ]);
        const again = git('for-each-ref', 'refs/heads/claude-code');
        await run('import', '--again');
        assert.equal(git('for-each-ref', 'refs/heads/claude-code'), again);
        await run('reimport');
        await sound();
        assert.equal((await subjects('main')).length, told.length);
        const other = { engine, store: 'other' } as const;
        await home.import(other);
        const fresh = gitOf(home.gitdir('other'), 'rev-parse', main).trim();
        assert.equal(
          git('rev-parse', `refs/heads/claude-code/${main.split('/')[3]}/${line}`),
          fresh,
          'the commits of a store that knows nothing of it',
        );
      });

    test('a corrected turn stands in the place of the old one, which stays reachable', async (t) => {
      const { run, git, main, sound, subjects, home } = await prepared(t);
      const { turns: before } = await run<Logged>('log', '--turns', '--reverse');
      const { turns } = await run<Made>('amend', '@3', '-m', 'Two, corrected');
      const shown = await run<{ turns: { n: number; origin: string | null; edited: boolean }[] }>('show', '@3');
      assert.deepEqual(
        shown.turns.map(({ origin, edited }) => [origin, edited]),
        [[turns[0]?.origin, true]],
      );
      assert.match((await cli(home, ['show', '@3'], { engine })).out, /^3 · user · corrected · /m);
      assert.deepEqual(
        turns.map(({ n, role, subject, origin }) => [n, role, subject, origin]),
        [[3, 'user', 'Two, corrected', before[2]?.id]],
      );
      assert.deepEqual(await subjects(), ['One', 'To one', 'Two, corrected', 'To two', 'Three', 'To three']);
      const listed = await run<{ conversations: { branches: { label: string; subject: string }[] }[] }>('branch');
      const [line] = listed.conversations[0]?.branches ?? [];
      assert.deepEqual([line?.label, line?.subject], ['main', 'To three'], 'not what the commit of the correction says');
      assert.ok(git('show', `${main}~1:turns/00/0003-user-${before[2]?.id}.md`).includes('Two'));
      const file = join(home.folder, 'more.md');
      writeFileSync(file, '<!-- 1 text -->\nTwo, once more\n');
      const more = await run<Made>('amend', '@3', '-F', file);
      assert.equal(more.turns[0]?.origin, before[2]?.id, 'the first turn that stood here');
      await sound();
      assert.deepEqual((await run<Made>('amend', '@3', '-m', 'Two, once more')).turns, []);
      await run('branch', 'early', 'main@4');
      assert.deepEqual(await subjects('early'), ['One', 'To one', 'Two, once more', 'To two'], 'a fork takes the correction along');
      await run('revert', '@3');
      assert.equal((await subjects())[2], 'Taken out');
      assert.deepEqual((await run<Made>('revert', '@3')).turns, []);
      await run('amend', '@3', '-m', 'Two again');
      assert.equal((await subjects())[2], 'Two again');
      await sound();
    });

    test('the editor is run without a shell, and a failure of it changes nothing', async (t) => {
      const { home, git, sound } = await prepared(t);
      const refs = git('for-each-ref');
      const script = join(home.folder, 'my editor.mjs');
      const editing = (code: string) => {
        writeFileSync(script, code);
        const env = { PATH: process.env.PATH, CONVO_HOME: home.store(), EDITOR: `${process.execPath} '${script}' one\\ word` };
        return cli(home, ['amend', '@4', '--json'], { engine, host: { env } });
      };
      for (const argv of [['amend', '@4'], ['edit']]) assert.equal((await cliError(home, argv, { engine })).code, 'no-editor');
      const inAFile = { PATH: process.env.PATH, CONVO_HOME: home.store(), EDITOR: '/etc/passwd/vi' };
      assert.equal((await cliError(home, ['amend', '@4'], { engine, host: { env: inAFile } })).code, 'program-failed');
      const failed = await editing('process.exit(3)');
      assert.equal((JSON.parse(failed.err) as { code: string }).code, 'program-failed');
      const empty = await editing(`import fs from 'node:fs'; fs.writeFileSync(process.argv[3], '')`);
      assert.equal((JSON.parse(empty.err) as { code: string }).code, 'empty-text');
      const broken = await editing(`import fs from 'node:fs'; fs.writeFileSync(process.argv[3], '<!-- 7 text -->\\nx\\n')`);
      assert.equal((JSON.parse(broken.err) as { code: string }).code, 'bad-page');
      assert.equal(git('for-each-ref'), refs);
      const done = await editing(
        `import fs from 'node:fs'; const [, , word, file] = process.argv; if (word !== 'one word') process.exit(1);
         if ((fs.statSync(file).mode & 0o777) !== 0o600) process.exit(2);
         fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('To two', 'To two, better'))`,
      );
      assert.equal(done.exit, 0, done.err);
      assert.equal((JSON.parse(done.out) as { data: Made }).data.turns[0]?.subject, 'To two, better');
      await sound();
    });

    test('what was written in the editor is kept where it cannot be saved', async (t) => {
      const { home, git, main, side, sound } = await prepared(t);
      const script = join(home.folder, 'editor.mjs');
      const drafts = () => readdirSync(join(home.store(), 'state')).filter((name) => name.startsWith('edit-'));
      const editing = (argv: string[], code: string) => {
        writeFileSync(
          script,
          `import fs from 'node:fs'; import { execFileSync } from 'node:child_process'; const file = process.argv[2]; ${code}`,
        );
        const env = { PATH: process.env.PATH, CONVO_HOME: home.store(), EDITOR: `${process.execPath} ${script}` };
        return cli(home, argv, { engine, host: { env } });
      };
      const keptIn = (err: string, code: string) => {
        const error = JSON.parse(err) as { code: string; data: { kept?: string } };
        assert.equal(error.code, code);
        assert.deepEqual(drafts(), [basename(error.data.kept ?? '')]);
        const path = error.data.kept ?? '';
        assert.equal(statSync(path).mode & 0o777, 0o600);
        const text = readFileSync(path, 'utf8');
        rmSync(path);
        return text;
      };
      const wrote = "fs.appendFileSync(file, 'What took an hour.');";
      const moved = `execFileSync('git', ['--git-dir', '${home.gitdir()}', 'update-ref', '${main}', '${main}~1']);`;
      const tip = git('rev-parse', main);
      for (const argv of [
        ['amend', '@4', '--json'],
        ['merge', side, '--edit', '--json'],
      ]) {
        const failed = await editing(argv, `${wrote} process.exit(3);`);
        assert.match(keptIn(failed.err, 'program-failed'), /What took an hour/);
        const late = await editing(argv, wrote + moved);
        assert.notEqual(late.exit, 0, late.out);
        assert.match(keptIn(late.err, 'ref-moved'), /What took an hour/);
        git('update-ref', main, tip);
      }
      const broken = await editing(['amend', '@4', '--json'], "fs.writeFileSync(file, '<!-- 7 text -->\\nWhat took an hour.');");
      assert.notEqual(broken.exit, 0, broken.out);
      assert.match(keptIn(broken.err, 'bad-page'), /What took an hour/);
      const told = await editing(['amend', '@4'], `${wrote} process.exit(3);`);
      const [name = ''] = drafts();
      assert.match(told.err, new RegExp(`^What you wrote is kept in .*${name}$`, 'm'));
      rmSync(join(home.store(), 'state', name));
      const untouched = await editing(['amend', '@4'], 'process.exit(3);');
      assert.doesNotMatch(untouched.err, /kept/);
      assert.equal((await editing(['amend', '@4'], wrote)).exit, 0);
      assert.deepEqual(drafts(), []);
      await sound();
    });

    test('a turn is corrected from the standard input', async (t) => {
      const { home, subjects, sound } = await prepared(t);
      const input = Buffer.from('Two, said\n\nfrom a pipe — to the end');
      let at = 0;
      const readSync = ((file: number, into: Buffer, ...rest: [number, number, number | null]) => {
        if (file !== 0) return disk.readSync(file, into, ...rest);
        const piece = input.subarray(at, at + 7);
        at += piece.length;
        return piece.copy(into);
      }) as typeof disk.readSync;
      const ran = await cli(home, ['amend', '@3', '-F', '-'], { engine, host: { fs: { ...disk, readSync } } });
      assert.equal(ran.exit, 0, ran.err);
      assert.equal((await subjects())[2], 'Two, said');
      const shown = await cli(home, ['show', '@3', '--full'], { engine });
      assert.match(shown.out, /from a pipe — to the end/);
      at = 0;
      input.fill(' ');
      const empty = await cli(home, ['amend', '@3', '-F', '-', '--json'], { engine, host: { fs: { ...disk, readSync } } });
      assert.equal((JSON.parse(empty.err) as { code: string }).code, 'empty-text');
      await sound();
    });

    test('turns are picked with where they come from; a range is what only one side has', async (t) => {
      const { run, side, sound, subjects, fails } = await prepared(t);
      const picked = await run<Made>('cherry-pick', `main..${side}`);
      assert.deepEqual(
        picked.turns.map(({ n, role }) => [n, role]),
        [
          [7, 'user'],
          [8, 'assistant'],
        ],
      );
      assert.deepEqual((await subjects()).slice(6), ['Other', await subjects(side).then((all) => all[3])]);
      await run('cherry-pick', `${side}@4`, `${side}@3`);
      assert.equal((await subjects()).length, 10);
      assert.equal((await fails('cherry-pick', 'main@2')).code, 'turn-stands');
      assert.equal((await fails('cherry-pick', `${side}@4.1`)).code, 'bad-value');
      assert.equal((await fails('revert', 'main')).code, 'bad-value');
      assert.equal((await fails('amend', '@99', '-m', 'x')).code, 'unknown-turn');
      await sound();
    });

    test('both sides corrected the same turn: a conflict', async (t) => {
      const { home, run, side } = await prepared(t);
      await run('amend', 'main@2', '-m', 'Here');
      await run('amend', `${side}@2`, '-m', 'There');
      const stopped = await cli(home, ['merge', side, '--json'], { engine });
      assert.equal(stopped.exit, 4);
      const { conflicts } = (JSON.parse(stopped.out) as { data: { conflicts: { kind: string; topic: string }[] } }).data;
      assert.deepEqual(
        conflicts.map(({ kind, topic }) => [kind, topic]),
        [['turn', '@2']],
      );
    });

    test('git merges two branches of finished, unedited turns by itself', async (t) => {
      const { git, main, side, home } = await prepared(t);
      const other = main.replace(/main$/, side);
      const tree = git('merge-tree', '--write-tree', main, other);
      const files = (of: string) => gitOf(home.gitdir(), 'ls-tree', '-r', '--name-only', of).trim().split('\n');
      assert.deepEqual(files(tree), [...new Set([...files(main), ...files(other)])].sort());
    });
  });

test('a command is parted into words as a shell does, without one', () => {
  assert.deepEqual(commandWords(`llm -m 'my model' "a \\"b\\"" c\\ d '' $HOME \`x\``), [
    'llm',
    '-m',
    'my model',
    'a "b"',
    'c d',
    '',
    '$HOME',
    '`x`',
  ]);
  assert.deepEqual(commandWords('  '), []);
  assert.equal(commandWords(`llm 'open`), undefined);
});
