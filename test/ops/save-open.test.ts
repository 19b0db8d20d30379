import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { Transcript } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { growingTranscript } from '../support/growing-transcript.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { fsckOf, tellStore } from '../support/told-store.ts';

const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';
const otherPath = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000001.jsonl';

interface Made {
  made: { turn: { n: number } };
}

/** A finished exchange, a prompt, and an answer in the middle of a call: turn 4. */
async function begin(t: TestContext) {
  const home = new ImportHome(t);
  const { told, goOn } = await growingTranscript(home, path);
  const { changed } = await cliData<{ changed: { id: string }[] }>(home, ['import']);
  const run = <Data>(...argv: string[]) => cliData<Data>(home, argv);
  return {
    ...{ home, told, goOn, run, id: changed[0]?.id ?? '' },
    refs: () => tellStore(home.gitdir()).refs,
    /** What a command says that is no failure. */
    async warned(...argv: string[]): Promise<string[]> {
      const ran = await cli(home, [...argv, '--json']);
      assert.equal(ran.exit, 0, ran.err);
      return (JSON.parse(ran.out) as { warnings: string[] }).warnings;
    },
    async subjects(branch: string): Promise<string[]> {
      const { turns } = await run<{ turns: { subject: string; open?: boolean }[] }>('log', branch, '--turns', '--reverse');
      return turns.filter(({ open }) => !open).map(({ subject }) => subject);
    },
    async fails(...argv: string[]): Promise<string> {
      const before = tellStore(home.gitdir()).refs;
      const { code } = await cliError(home, argv);
      assert.deepEqual(tellStore(home.gitdir()).refs, before, 'nothing is saved by what fails');
      return code;
    },
  };
}

interface Joined {
  did: string;
  commit: string | null;
  text: string;
}

const wouldSave = (id: string) => `Turn 4 of ${id} is in progress: it would be saved as it stands`;
const saved = (id: string) => `Turn 4 of ${id} was in progress: it is saved as it stood`;

describe('a branch at a turn in progress', () => {
  for (const [what, argv] of [
    ['branch', ['branch', 'try']],
    ['switch -c', ['switch', '-c', 'try']],
  ] as const)
    test(`${what} saves the turn as it stands; what its tool adds stays out of the new branch`, async (t) => {
      const { home, id, goOn, run, warned, subjects } = await begin(t);
      assert.ok((await warned(...argv, '@4')).includes(saved(id)));
      assert.equal((await subjects('try')).length, 4);
      goOn();
      await run('import', '--close');
      assert.deepEqual([(await subjects('main')).length, (await subjects('try')).length], [6, 4]);
      assert.match(JSON.stringify(await run('show', 'main@4')), /made/);
      assert.doesNotMatch(JSON.stringify(await run('show', 'try@4')), /\bmade\b/);
      assert.equal(fsckOf(home.gitdir()), '');
    });

  test('without a turn it begins behind the last finished one, and nothing is saved', async (t) => {
    const { run } = await begin(t);
    assert.equal((await run<Made>('branch', 'try')).made.turn.n, 3);
    assert.equal((await run<{ openTurns: number }>('import')).openTurns, 0, 'nothing has changed since');
    assert.equal((await run<{ turnsAdded: number }>('import', '--close')).turnsAdded, 1);
  });

  test('one that has ended since is not told to be in progress', async (t) => {
    const { goOn, run, warned, subjects } = await begin(t);
    goOn();
    assert.deepEqual(
      (await warned('branch', 'try', '@4')).filter((one) => one.includes('in progress')),
      [],
    );
    assert.match(JSON.stringify(await run('show', 'try@4')), /made/);
    assert.equal((await subjects('try')).length, 4);
  });

  test('a name that is taken, and a source that is gone, are told before anything is saved', async (t) => {
    const { home, fails } = await begin(t);
    assert.equal(await fails('branch', 'main', '@4'), 'branch-exists');
    rmSync(home.path(path));
    assert.equal(await fails('branch', 'try', '@4'), 'turn-open');
    assert.equal(await fails('cherry-pick', '@4', '--into', 'main'), 'turn-stands');
  });

  test('the first turn of a conversation, all of which is in progress', async (t) => {
    const { home, run, fails } = await begin(t);
    const id = await putOther(home);
    assert.equal(await fails('branch', 'try', id), 'turn-open');
    assert.equal((await run<Made>('branch', 'try', `${id}@1`)).made.turn.n, 1);
  });
});

/** A conversation of a prompt that nothing has answered yet. */
async function putOther(home: ImportHome): Promise<string> {
  const told = new Transcript({ sessionId: '5e551000-0000-4000-8000-000000000001' });
  told.user('Elsewhere', { uuid: 'aaaa0000-0000-4000-8000-000000000001' });
  await home.put(otherPath, told.bytes, growing);
  const { changed } = await cliData<{ changed: { id: string }[] }>(home, ['import']);
  return changed[0]?.id ?? '';
}

describe('cherry-pick of a turn in progress', () => {
  test('saves it as it stands, and puts it behind the other branch', async (t) => {
    const { home, id, run, warned, subjects } = await begin(t);
    await run('branch', 'side', '@1');
    assert.ok((await warned('cherry-pick', '@2', '@4', '--into', 'side')).includes(saved(id)));
    assert.deepEqual([(await subjects('main')).length, (await subjects('side')).length], [4, 3]);
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('where the branch that it goes to has grown too, it is put behind what has come', async (t) => {
    const home = new ImportHome(t);
    const told = new Transcript();
    told.user('One');
    told.says('To One');
    const fork = told.last;
    told.user('Two');
    told.says('To Two');
    const end = told.last;
    told.user('Other', { parentUuid: fork });
    told.says('To Other');
    told.user('Again');
    told.calls('c1', 'Bash', { command: 'make' });
    await home.put(path, told.bytes, growing);
    await cliData(home, ['import']);
    const before = told.bytes.length;
    told.user('Three', { parentUuid: end });
    told.says('To Three');
    appendFileSync(home.path(path), told.bytes.subarray(before));
    const { conversations } = await cliData<{ conversations: { branches: { name: string }[] }[] }>(home, ['branch']);
    const side = conversations[0]?.branches.find(({ name }) => name !== 'main')?.name ?? '';
    await cliData(home, ['cherry-pick', `${side}@6`, '--into', 'main']);
    const { turns } = await cliData<{ turns: { subject: string }[] }>(home, ['log', 'main', '--turns', '--reverse']);
    assert.deepEqual([turns.length, turns.at(-2)?.subject], [7, 'To Three']);
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('what cannot be picked is told before anything is saved', async (t) => {
    const { home, run, fails } = await begin(t);
    await run('branch', 'side', '@1');
    assert.equal(await fails('cherry-pick', '@4'), 'turn-stands');
    assert.equal(await fails('cherry-pick', '@4', '@77', '--into', 'side'), 'unknown-turn');
    rmSync(home.path(path));
    assert.equal(await fails('cherry-pick', '@4', '--into', 'side'), 'turn-open');
  });
});

describe('merge of what is in progress', () => {
  const merged = async (t: TestContext, at: string, revision: string) => {
    const begun = await begin(t);
    await begun.run('branch', 'side', at);
    const { refs, home, run } = begun;
    const argv = ['merge', revision, '--into', 'side'];
    /** That a dry run writes nothing, and tells what the merge behind it then tells. */
    const previewed = async (...flags: string[]) => {
      const before = refs();
      const { did, commit: none, ...told } = await run<Joined>(...argv, ...flags, '--dry-run');
      assert.deepEqual([did, none, refs()], ['previewed', null, before]);
      assert.ok((await begun.warned(...argv, ...flags, '--dry-run')).includes(wouldSave(begun.id)));
      const { did: done, commit: _, ...real } = await run<Joined>(...argv, ...flags);
      assert.deepEqual([done, real], ['merged', told]);
      assert.equal(fsckOf(home.gitdir()), '');
    };
    return { ...begun, previewed, merge: () => begun.warned(...argv) };
  };

  test('a turn that is named is saved as it stands', async (t) => {
    const { home, id, merge, subjects, run } = await merged(t, '@1', '@4');
    assert.ok((await merge()).includes(saved(id)));
    assert.match(JSON.stringify(await run('show', 'side@-1')), /make/);
    assert.deepEqual([(await subjects('main')).length, (await subjects('side')).length], [4, 2]);
    assert.equal(fsckOf(home.gitdir()), '');
  });

  test('so is the end of a branch that has nothing else', async (t) => {
    const { id, merge, subjects } = await merged(t, '@3', 'main');
    assert.ok((await merge()).includes(saved(id)));
    assert.deepEqual([(await subjects('main')).length, (await subjects('side')).length], [4, 4]);
  });

  for (const [at, revision, ...flags] of [
    ['@1', '@4'],
    ['@3', 'main'],
    ['@2', '@4', '--all'],
    ['@2', '@4', '--turns', '4'],
  ] as const)
    test(`a dry run of ${revision} ${flags.join(' ')} into ${at} tells it as it stands, and saves nothing`, async (t) => {
      await (await merged(t, at, revision)).previewed(...flags);
    });

  test('of a branch that has more it stays out', async (t) => {
    const { id, merge, subjects } = await merged(t, '@1', 'main');
    assert.ok((await merge()).includes(`Turn 4 of ${id}/main is in progress and stays out`));
    assert.equal((await subjects('main')).length, 3);
  });

  test('a conversation, all of which is in progress', async (t) => {
    const { home, run, refs } = await begin(t);
    const id = await putOther(home);
    const before = refs();
    const { did, text } = await run<Joined>('merge', id, '--into', 'main', '--dry-run');
    assert.deepEqual([did, refs()], ['previewed', before]);
    const merged = await run<Joined>('merge', id, '--into', 'main');
    assert.deepEqual([merged.did, merged.text.replace(' (Elsewhere)', '')], ['merged', text], 'its title comes with its first page');
  });

  test('an answer that both have, and that has grown on one of them, is nothing to merge', async (t) => {
    const { home, told, run, refs } = await begin(t);
    await run('branch', 'side', '@4');
    const before = told.bytes.length;
    told.result('c1', 'made');
    appendFileSync(home.path(path), told.bytes.subarray(before));
    assert.equal((await run<{ openTurns: number }>('import')).openTurns, 1);
    const heads = refs();
    assert.equal((await run<{ did: string }>('merge', 'main', '--into', 'side')).did, 'nothing');
    assert.deepEqual(refs(), heads);
  });

  test('what leads to no merge saves nothing', async (t) => {
    const { home, id, run, refs, fails } = await begin(t);
    await run('branch', 'side', '@3');
    await run('switch', `${id}/main`);
    const before = refs();
    assert.equal((await run<{ did: string }>('merge', 'main')).did, 'nothing');
    assert.deepEqual(refs(), before);
    assert.equal(await fails('merge', '@4'), 'turn-open');
    assert.equal(await fails('merge', '@4', '--into', 'nowhere'), 'unknown-revision');
    rmSync(home.path(path));
    assert.equal(await fails('merge', '@4', '--into', 'side'), 'turn-open');
    assert.equal((await run<{ did: string }>('merge', 'main', '--into', 'side')).did, 'nothing');
    assert.deepEqual(refs(), before);
  });
});
