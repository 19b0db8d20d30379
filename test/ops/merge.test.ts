import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { ImportHome } from '../support/import-home.ts';
import { forked, path, tipOf, turnIds } from '../support/merge-home.ts';
import { stateOf } from '../support/store-state.ts';
import { fsckOf, gitOf } from '../support/told-store.ts';

interface Merged {
  did: string;
  turn: { id: string; n: number };
  commit: string;
  text: string;
  brought: { n: number; role: string; origin: string }[];
  conflicts: { kind: string; topic: string; ours: { told: string }; theirs: { told: string }; base: { told: string } | null }[];
  resolution: string | null;
}
interface Logged {
  turns: { id: string; n: number; kind: string | null; subject: string }[];
}

for (const engine of ['system', 'isomorphic'] as const)
  describe(`${engine}: merges`, () => {
    const prepared = async (t: TestContext, clash = false) => {
      const home = new ImportHome(t);
      const transcript = forked(clash);
      await home.put(path, transcript.bytes);
      await cliData(home, ['import'], { engine });
      const run = <Data>(...argv: string[]) => cliData<Data>(home, argv, { engine });
      const git = (...args: string[]) => gitOf(home.gitdir(), ...args).trim();
      const side =
        git('for-each-ref', '--format=%(refname)', 'refs/heads/claude-code')
          .split('\n')
          .find((ref) => !ref.endsWith('/main')) ?? '';
      const main = side.replace(/[^/]+$/, 'main');
      await run('switch', `${main.split('/')[3]}/main`);
      const sound = async () => {
        const verified = await cli(home, ['verify'], { engine });
        assert.equal(verified.exit, 0, verified.out);
        assert.equal(fsckOf(home.gitdir()), '');
      };
      return {
        home,
        transcript,
        run,
        git,
        main,
        side: side.split('/').at(-1) ?? '',
        sideRef: side,
        sound,
        fails: (...argv: string[]) => cliError(home, argv, { engine }),
      };
    };

    test('a merge is one commit with two parents on the tail; both sides stay, and undo takes it back', async (t) => {
      const { home, run, git, main, side, sideRef, sound } = await prepared(t);
      const before = stateOf(home.gitdir());
      const [ours, theirs] = [git('rev-parse', main), git('rev-parse', sideRef)];
      const turns = turnIds(home.gitdir());
      const merged = await run<Merged>('merge', side);
      assert.equal(merged.did, 'merged');
      assert.equal(git('rev-parse', `${main}^1`), ours);
      assert.equal(git('rev-parse', `${main}^2`), theirs);
      assert.equal(git('rev-parse', main), merged.commit);
      assert.equal(git('show', '-s', '--format=%ct', main), git('show', '-s', '--format=%ct', theirs), 'the latest parent date');
      assert.equal(git('diff', '--name-status', ours, main), `A\tturns/00/0007-user-${merged.turn.id}.md`, 'nothing is rewritten');
      assert.deepEqual(turnIds(home.gitdir()), [...turns, merged.turn.id].sort());
      for (const told of [
        '## Merged 2 turns of',
        '- @3 Other',
        '- @4 To other',
        '`src/other.ts` +1 -0 · @4',
        '`npm test` ok · @4',
        '> To other. Shall I go on?',
      ])
        assert.ok(merged.text.includes(told), `${told} in ${merged.text}`);
      assert.deepEqual((await run<Merged>('merge', side)).did, 'nothing');
      assert.deepEqual((await run<Merged>('merge', 'main')).did, 'nothing');
      const { turns: told } = await run<Logged>('log', '--turns', '--reverse');
      assert.deepEqual(
        told.map(({ n }) => n),
        [1, 2, 3, 4, 5, 6, 7],
      );
      assert.equal(told.at(-1)?.kind, 'merge');
      await sound();
      await run('undo');
      assert.deepEqual(stateOf(home.gitdir()), before);
      await run('redo');
      assert.equal(git('rev-parse', main), merged.commit);
    });

    test('a dry run tells the same turn and writes nothing', async (t) => {
      const { run, git, side } = await prepared(t);
      const refs = git('for-each-ref');
      const told = await run<Merged>('merge', side, '--dry-run');
      assert.equal(told.did, 'previewed');
      assert.equal(git('for-each-ref'), refs);
      assert.deepEqual((await run<Merged>('merge', side)).turn, told.turn);
    });

    test('what came behind a merge is all that the next one brings', async (t) => {
      const { run, side } = await prepared(t);
      assert.equal((await run<Merged>('merge', `${side}@3`)).did, 'merged');
      const { text } = await run<Merged>('merge', side);
      assert.ok(text.includes('Merged 1 turn of') && !text.includes('@3') && text.includes('@4 To other'), text);
      const back = await run<Merged>('merge', 'main', '--into', side);
      assert.ok(back.text.includes('Merged 6 turns') && back.text.includes('### Merged and taken out before'), back.text);
    });

    test('the transcript grows behind a merge: nothing is lost, and the line of the tool is one of its own', async (t) => {
      const { home, transcript, run, git, main, side, sound } = await prepared(t);
      const { commit } = await run<Merged>('merge', side);
      const turns = turnIds(home.gitdir());
      for (const words of ['Four', 'Five']) {
        transcript.user(words, { parentUuid: words === 'Four' ? tipOf(transcript, 'To three') : transcript.last });
        transcript.says(`To ${words}`);
        await home.put(path, transcript.bytes);
        await run('import');
        assert.equal(git('rev-parse', main), commit, 'the merge stays where it was made');
        await sound();
      }
      for (const id of turns) assert.ok(turnIds(home.gitdir()).includes(id));
      assert.equal(turnIds(home.gitdir()).length, turns.length + 4);
      const grown = git('for-each-ref', '--format=%(refname)', 'refs/heads/claude-code').split('\n');
      assert.equal(grown.length, 3, 'one line for all that grows');
      await run('import', '--again');
      assert.equal(git('rev-parse', main), commit);
      await run('reimport');
      assert.equal(git('rev-parse', main), commit);
      const line =
        grown
          .find((ref) => ref !== main && !ref.endsWith(side))
          ?.split('/')
          .at(-1) ?? '';
      assert.ok((await run<Merged>('merge', line, '--into', 'main')).text.includes('Merged 4 turns'));
      await sound();
    });

    test('the same merge made from the same state on another device is the same commit', async (t) => {
      const { home, run, side } = await prepared(t);
      const { commit } = await run<Merged>('merge', side);
      const elsewhere = { engine: engine === 'system' ? 'isomorphic' : 'system', store: 'other' } as const;
      await home.import({ store: 'other', engine: elsewhere.engine, later: 86_400_000 });
      const there = await cliData<Merged>(home, ['merge', side, '--into', 'main'], elsewhere);
      assert.equal(there.commit, commit);
    });

    test('conflicts stop it with exit code 4; what holds is written into the merge', async (t) => {
      const { home, run, git, main, side, sound, fails } = await prepared(t, true);
      const refs = git('for-each-ref');
      const stopped = await cli(home, ['merge', side, '--json'], { engine });
      assert.equal(stopped.exit, 4);
      const { did, conflicts } = (JSON.parse(stopped.out) as { data: Merged }).data;
      assert.equal(did, 'stopped');
      assert.deepEqual(
        conflicts.map(({ kind, topic, base, ours, theirs }) => [kind, topic, base?.told, ours.told, theirs.told]),
        [
          ['file', 'src/shared.ts', '+1 -0', '+1 -1', '+1 -0'],
          ['check', 'npm test', 'passes', 'fails', 'passes'],
        ],
      );
      assert.equal(git('for-each-ref'), refs);
      const file = join(home.store(), 'state', 'merge.json');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal((await fails('merge', side)).code, 'merge-in-progress');
      assert.equal((await fails('merge', '--continue')).code, 'conflicts-open');
      assert.equal((await run<{ merging: { conflicts: number } }>('status')).merging.conflicts, 2);
      assert.equal((await run<Merged>('merge', '--abort')).did, 'aborted');
      assert.ok(!existsSync(file));
      assert.equal((await fails('merge', '--abort')).code, 'no-merge');
      assert.equal((await cli(home, ['merge', side], { engine })).exit, 4);
      const merged = await run<Merged>('merge', '--continue', '--theirs');
      assert.equal(merged.resolution, 'theirs');
      assert.ok(
        merged.text.includes('- `npm test`: theirs holds\n  - base: passes · @4\n  - ours: fails · @6\n  - theirs: passes · @6'),
        merged.text,
      );
      assert.equal(git('rev-parse', main), merged.commit);
      assert.ok(!existsSync(file));
      assert.equal((await run<{ merging: null }>('status')).merging, null);
      await sound();
    });

    test('a side that moved since is not merged unseen', async (t) => {
      const { home, transcript, run, side, fails } = await prepared(t, true);
      assert.equal((await cli(home, ['merge', side], { engine })).exit, 4);
      transcript.user('Four', { parentUuid: tipOf(transcript, 'To three') });
      transcript.says('To four');
      await home.put(path, transcript.bytes);
      await run('import');
      assert.equal((await fails('merge', '--continue', '--ours')).code, 'merge-outdated');
      assert.equal((await run<Merged>('merge', '--abort')).did, 'aborted');
      assert.equal((await run<Merged>('merge', side, '--ours')).resolution, 'ours', 'what holds can be said at once');
    });

    test('turns themselves are brought, with where they come from', async (t) => {
      const { run, side, sound, fails } = await prepared(t);
      const { turns } = await run<Logged>('log', side, '--turns', '--reverse');
      assert.equal((await fails('merge', side, '--turns', '9')).code, 'unknown-turn');
      assert.equal((await fails('merge', side, '--turns', 'x')).code, 'bad-value');
      const merged = await run<Merged>('merge', side, '--all');
      assert.deepEqual(
        merged.brought.map(({ n, role, origin }) => [n, role, origin]),
        [
          [8, 'user', turns[2]?.id],
          [9, 'assistant', turns[3]?.id],
        ],
      );
      assert.equal((await run<Logged>('log', '--turns')).turns.length, 9);
      assert.equal((await run<Merged>('merge', side)).did, 'nothing');
      await sound();
      await run('undo');
      assert.deepEqual(
        (await run<Merged>('merge', side, '--turns', '4')).brought.map(({ origin }) => origin),
        [turns[3]?.id],
      );
      await run('undo');
      await run('revert', `${side}@4`);
      assert.match((await run<Merged>('merge', side, '--all', '--dry-run')).text, /^## Merged 1 turn of/);
      assert.equal((await fails('merge', side, '--turns', '4')).code, 'nothing-to-pick');
    });

    test('where one turn was corrected on both sides, they parted before it', async (t) => {
      const { run, sound } = await prepared(t);
      for (const name of ['left', 'right']) {
        await run('branch', name, 'main@4');
        await run('amend', `${name}@2`, '-m', `${name} is right`);
      }
      const { conflicts, since, text } = await run<Merged & { since: number | null }>('merge', 'right', '--into', 'left', '--both');
      assert.deepEqual([conflicts.map(({ kind, topic }) => [kind, topic]), since], [[['turn', '@2']], 1]);
      assert.match(text, /^## Merged 1 turn of .*\n\nBoth parted after turn 1\./);
      const back = await run<Merged>('merge', 'left@4', '--into', 'right', '--dry-run');
      assert.deepEqual(
        back.conflicts.map(({ topic }) => topic),
        ['@2'],
        'what left merged later is not there yet',
      );
      await sound();
    });

    test('conversations of two tools that share nothing are merged', async (t) => {
      const { home, run, git, main, sound } = await prepared(t);
      const rollout = new Rollout({ id: uuid(1) }).meta().exchange(uuid(2), 'Ask codex', 'It says 42');
      await home.put(`.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`, rollout.text);
      await run('import');
      const codex = git('for-each-ref', '--format=%(refname)', 'refs/heads/codex').split('\n')[0] ?? '';
      const id = codex.split('/')[3] ?? '';
      const merged = await run<Merged>('merge', id, '--into', `${main.split('/')[3]}/main`);
      assert.ok(merged.text.includes('It shares no turn with this line.') && merged.text.includes('- @1 Ask codex'), merged.text);
      assert.equal(git('rev-parse', `${main}^2`), git('rev-parse', codex));
      const brought = await run<Merged>('merge', 'main', '--into', id, '--turns', '1');
      const page = git(
        'show',
        `${codex}:turns/00/000${brought.brought[0]?.n}-user-${(await run<Logged>('log', id, '--turns')).turns[0]?.id}.md`,
      );
      assert.match(page, /\ntool: claude-code\n/);
      await sound();
    });

    test('a program sums the block up, the editor has the last word; where one fails nothing changes', async (t) => {
      const { home, git, main, side, sound } = await prepared(t, true);
      const refs = git('for-each-ref');
      const script = (code: string) => `${process.execPath} -e '${code}'`;
      const merging = async (argv: string[], editor = 'false') => {
        const env = { PATH: process.env.PATH, CONVO_HOME: home.store(), EDITOR: editor };
        return cli(home, ['merge', ...argv, '--json'], { engine, host: { env } });
      };
      const fails = async (...args: Parameters<typeof merging>) => (JSON.parse((await merging(...args)).err) as { code: string }).code;
      assert.equal(await fails([side, '--ours', '-s', script('process.exit(1)')]), 'program-failed');
      assert.equal(await fails([side, '--ours', '-s', script('process.stdout.write("x".repeat(300000))')]), 'program-failed');
      assert.equal(await fails([side, '--ours', '-s', 'no-such-program-at-all']), 'program-failed');
      assert.equal(await fails([side, '--ours', '-s', script('process.stdin.resume()')]), 'empty-text');
      assert.equal(await fails([side, '--ours', '--edit']), 'program-failed');
      assert.equal(git('for-each-ref'), refs);
      const read = script('process.stdin.on("data", (all) => console.log("It was asked:", /@5 .*/.exec(String(all))[0]))');
      assert.equal((await merging([side, '-s', read])).exit, 4, 'conflicts come first');
      const held = script(
        'const fs = require("fs"), f = process.argv[1]; fs.appendFileSync(f, "\\nTheirs is right: the test was wrong.\\n")',
      );
      const done = await merging(['--continue', '--edit'], held);
      assert.equal(done.exit, 0, done.err);
      const { text, resolution, commit } = (JSON.parse(done.out) as { data: Merged }).data;
      assert.equal(resolution, 'edited');
      for (const told of ['as `node` summed it up', 'It was asked: @5 Other', '- `npm test`: as written here', 'Theirs is right'])
        assert.ok(text.includes(told), text);
      assert.equal(git('rev-parse', main), commit);
      await sound();
    });

    test('what cannot be merged is refused', async (t) => {
      const { side, fails, run } = await prepared(t);
      assert.equal((await fails('merge', `${side}@4.1`)).code, 'bad-value');
      assert.equal((await fails('merge', side, '--into', 'main@2')).code, 'bad-value');
      assert.equal((await fails('merge')).code, 'unknown-flag');
      assert.equal((await fails('merge', side, '--ours', '--both')).code, 'unknown-flag');
      assert.equal((await fails('merge', side, '--continue')).code, 'unknown-flag');
      assert.equal((await fails('merge', 'nowhere-at-all')).code, 'unknown-revision');
      assert.equal((await run<Merged>('merge', `${side}@2`)).did, 'nothing');
    });
  });
