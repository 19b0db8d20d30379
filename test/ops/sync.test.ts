import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { blank, writeRemote } from '../../src/ops/remote/settings.ts';
import { fsck, git } from '../store/sandbox.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { cli, cliData, cliError } from '../support/cli-home.ts';
import { atRest } from '../support/import-home.ts';
import { Machine, refsOf, sharedRemote } from '../support/machine.ts';

const path = '.claude/projects/-w-lines/5e551000-0000-4000-8000-000000000000.jsonl';

/** A transcript of exchanges; each `number` is another conversation. */
function told(words: readonly string[], number = 0): Transcript {
  const transcript = new Transcript({ sessionId: `5e55100${number}-0000-4000-8000-000000000000` });
  for (const [at, word] of words.entries()) {
    transcript.user(`Ask ${word}`, { uuid: uuidOf(number * 1000 + at * 2 + 1) });
    transcript.says(`Answer ${word}`, { uuid: uuidOf(number * 1000 + at * 2 + 2) });
  }
  return transcript;
}

interface Listed {
  conversations: { id: string; title: string }[];
}

const subjects = (gitdir: string, branch: string) =>
  git(gitdir, ['log', '--format=%s', '--first-parent', '--reverse', branch]).trim().split('\n');

for (const engine of ['system', 'isomorphic'] as const) {
  test(`what one machine imports (${engine}), the other one has after a sync each; again there is nothing to say`, async (t) => {
    const url = sharedRemote(t);
    const [one, other] = [new Machine(t, url), new Machine(t, url)];
    await one.home.put(path, told(['one', 'two']).bytes);
    await one.home.import({ engine });
    const first = await one.sync();
    assert.deepEqual(first.remotes[0]?.sent && { ...first.remotes[0].sent, refused: [] }, {
      ...{ conversations: 1, branches: 1, deleted: 0, catalogue: true, refused: [], held: 0 },
    });
    const second = await other.sync();
    assert.deepEqual(
      second.remotes[0]?.came.map(({ isNew, added }) => [isNew, added]),
      [[true, ['main']]],
    );
    assert.equal(other.refs(), one.refs());
    assert.equal(refsOf(url), one.refs());
    for (const gitdir of [one.gitdir, other.gitdir, url]) assert.equal(fsck(gitdir), '');
    const before = one.git(['rev-parse', 'refs/convo/ops']);
    for (const machine of [one, other]) {
      const { came, sent } = (await machine.sync()).remotes[0] ?? {};
      assert.deepEqual([came, sent?.branches, sent?.catalogue], [[], 0, false]);
    }
    assert.equal(one.git(['rev-parse', 'refs/convo/ops']), before);
  });
}

test('a conversation that only another machine recorded is marked so, until this one has a source of it', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  await one.sync();
  await other.sync();
  const marks = async (machine: Machine) => {
    const { conversation } = await cliData<{ conversation: { foreign: boolean } }>(machine.home, ['log']);
    return [conversation.foreign, / · from another machine/.test((await cli(machine.home, ['log'])).out)];
  };
  assert.deepEqual(await marks(one), [false, false]);
  assert.deepEqual(await marks(other), [true, true]);
  await other.home.put(path, told(['one']).bytes);
  await other.import();
  assert.deepEqual(await marks(other), [false, false]);
});

test('continued on both machines: two branches under one conversation, and both sources go on where they were', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  await one.sync();
  await other.home.put(path, told(['one']).bytes);
  await other.import();
  await other.sync();
  const mine = told(['one', 'here', 'again']);
  const theirs = told(['one']);
  theirs.user('Ask there', { uuid: 'aaaaaaaa-0000-4000-8000-000000000001' });
  theirs.says('Answer there', { uuid: 'aaaaaaaa-0000-4000-8000-000000000002' });
  await one.home.put(path, mine.bytes);
  await one.import();
  await one.sync();
  await other.home.put(path, theirs.bytes);
  await other.import();
  const { came } = (await other.sync()).remotes[0] ?? {};
  const [conversation] = came ?? [];
  const [parted] = conversation?.parted ?? [];
  assert.equal(parted?.named, 'main');
  assert.match(parted?.beside ?? '', /^main-[0-9a-z]{8}$/);
  const base = `claude-code/${conversation?.id}`;
  assert.deepEqual(subjects(other.gitdir, `${base}/${parted?.beside}`), ['Ask one', 'Answer one', 'Ask there', 'Answer there']);
  assert.equal(subjects(other.gitdir, `${base}/main`).at(-1), 'Answer again');
  await one.sync();
  assert.equal(one.refs(), other.refs());
  theirs.user('Ask further', { uuid: 'aaaaaaaa-0000-4000-8000-000000000003' });
  theirs.says('Answer further', { uuid: 'aaaaaaaa-0000-4000-8000-000000000004' });
  await other.home.put(path, theirs.bytes);
  await other.import();
  assert.equal(subjects(other.gitdir, `${base}/${parted?.beside}`).at(-1), 'Answer further');
  assert.equal(other.git(['for-each-ref', '--format=x', `refs/heads/${base}/`]), 'x\nx\n');
  await one.import();
  await other.sync();
  await one.sync();
  assert.equal(one.refs(), other.refs());
});

test('a turn that had grown further on the other machine is not taken back by an import here', async (t) => {
  const url = sharedRemote(t);
  const remote = { raw: false };
  const [one, other] = [new Machine(t, url, { remote }), new Machine(t, url, { remote })];
  const long = told(['one']);
  long.calls('toolu_1');
  long.result('toolu_1');
  long.calls('toolu_2');
  long.result('toolu_2');
  long.says('Done');
  const lines = [...long.lines];
  const upTo = (count: number) =>
    Buffer.from(
      lines
        .slice(0, count)
        .map((line) => `${line}\n`)
        .join(''),
    );
  await one.home.put(path, upTo(3), atRest);
  await one.import();
  await one.sync();
  await other.home.put(path, upTo(7));
  await other.import();
  await other.sync();
  await one.sync();
  const before = one.git(['for-each-ref', '--format=%(objectname)', 'refs/heads/claude-code/']);
  assert.equal(other.git(['for-each-ref', '--format=%(objectname)', 'refs/heads/claude-code/']), before);
  assert.equal(git(url, ['for-each-ref', 'refs/convo/']), '');
  await one.home.put(path, upTo(5), atRest);
  await one.import();
  assert.equal(one.git(['for-each-ref', '--format=%(objectname)', 'refs/heads/claude-code/']), before);
});

test('a turn corrected on both machines: each is told of its own correction and the other one, not of the line that both left', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  const transcript = told(['one', 'two']);
  transcript.user('Ask again', { uuid: 'aaaaaaaa-0000-4000-8000-000000000001', parentUuid: uuidOf(2) });
  transcript.says('Answer again', { uuid: 'aaaaaaaa-0000-4000-8000-000000000002' });
  await one.home.put(path, transcript.bytes);
  await one.import();
  await one.sync();
  await other.sync();
  const { conversations } = await cliData<{ conversations: { id: string; branches: { name: string }[] }[] }>(one.home, ['branch', '--all']);
  const { id = '', branches = [] } = conversations[0] ?? {};
  const left = branches.find(({ name }) => name !== 'main')?.name ?? '';
  for (const machine of [one, other]) await cliData(machine.home, ['amend', `${id}/${left}@3`, '-m', machine === one ? 'Here' : 'There']);
  await one.sync();
  const [came] = (await other.sync()).remotes[0]?.came ?? [];
  const beside = came?.parted[0]?.beside ?? '';
  assert.deepEqual(came?.parted, [{ named: left, beside, here: true }]);
  const [back] = (await one.sync()).remotes[0]?.came ?? [];
  assert.deepEqual(back?.parted, [{ named: left, beside, here: false }]);
  assert.deepEqual([came.labelled, back.labelled], [false, false]);
});

test('undo: what is on a remote stays, whatever came since is passed over; labels and deletions are taken back everywhere', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await one.home.put(path, told(['one', 'two']).bytes);
  await one.import();
  await one.sync();
  await other.sync();
  const refused = await cliError(one.home, ['undo']);
  assert.equal(refused.code, 'published');
  assert.match(refused.message, /is on the remote "origin" already/);
  await cliData(one.home, ['branch', 'idea', '@1']);
  await one.sync();
  await cliData(one.home, ['branch', '-d', 'idea']);
  await one.sync();
  await other.sync();
  assert.equal(git(url, ['for-each-ref', '--format=x', 'refs/heads/claude-code/']), 'x\n');
  assert.equal(other.refs(), one.refs());
  await cliData(one.home, ['undo']);
  await one.sync();
  await other.sync();
  assert.equal(git(url, ['for-each-ref', '--format=x', 'refs/heads/claude-code/']), 'x\nx\n');
  assert.equal(other.refs(), one.refs());
  await cliData(other.home, ['rename', '@', 'Another title']);
  await other.sync();
  await one.sync();
  assert.equal((await cliData<Listed>(one.home, ['list'])).conversations[0]?.title, 'Another title');
  await cliData(other.home, ['undo']);
  await other.sync();
  await one.sync();
  assert.equal((await cliData<Listed>(one.home, ['list'])).conversations[0]?.title, 'Ask one');
});

test('what stays on this machine leaves no trace on the remote, in no page and no title; its pages tell the rest', async (t) => {
  const url = sharedRemote(t);
  const one = new Machine(t, url, { remote: { except: [{ by: 'tag', value: 'private' }] } });
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  await one.home.put(path.replace('5e551000', '5e551001'), told(['secret'], 1).bytes);
  await one.import();
  const { conversations } = await cliData<Listed>(one.home, ['list']);
  const hidden = conversations.find(({ title }) => title === 'Ask secret')?.id ?? '';
  await cliData(one.home, ['tag', hidden, 'private']);
  const { sent } = (await one.sync()).remotes[0] ?? {};
  assert.deepEqual([sent?.conversations, sent?.held], [1, 1]);
  assert.match(git(url, ['show', 'main:README.md']), /Ask one/);
  assert.equal(git(url, ['log', '--format=%s', 'main']), 'Catalogue\nCatalogue\n');
  const names = git(url, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).trim().split('\n');
  for (const name of names) assert.doesNotMatch(git(url, ['cat-file', '-p', name]), new RegExp(`secret|private|${hidden}`));
  const ops = one.git(['rev-parse', 'refs/convo/ops', 'main']);
  const again = (await one.sync()).remotes[0];
  assert.deepEqual([again?.came, again?.sent?.catalogue, again?.sent?.branches], [[], false, 0]);
  assert.equal(one.git(['rev-parse', 'refs/convo/ops', 'main']), ops);
  await cliData(one.home, ['rename', hidden, 'Still secret']);
  assert.deepEqual((await one.sync()).remotes[0]?.sent?.catalogue, false);
  const other = new Machine(t, url);
  await other.sync();
  assert.deepEqual(
    (await cliData<Listed>(other.home, ['list'])).conversations.map(({ title }) => title),
    ['Ask one'],
  );
  await cliData(one.home, ['tag', '-d', hidden, 'private']);
  await one.sync();
  await other.sync();
  assert.equal((await cliData<Listed>(other.home, ['list'])).conversations.length, 2);
  assert.equal(one.refs(), other.refs());
});

test('one file that two machines continued with as many bytes: raw keeps what each of them wrote', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  const files = [told(['one', 'left', 'near']), told(['one', 'with', 'away'])];
  const upTo = (at: number, lines: number) => Buffer.from((files[at]?.lines ?? []).slice(0, lines).join('\n').concat('\n'));
  for (const [at, machine] of [one, other].entries()) {
    await machine.home.put(path, upTo(at, 4));
    await machine.import();
  }
  for (const machine of [one, other, one]) await machine.sync();
  for (const [at, machine] of [one, other].entries()) {
    await machine.home.put(path, upTo(at, 6));
    await machine.import();
    const { exit, out } = await cli(machine.home, ['verify']);
    assert.equal(exit, 0, out);
  }
  for (const machine of [one, other, one]) await machine.sync();
  assert.equal(one.refs(), other.refs());
  const raw = git(url, ['for-each-ref', '--format=%(refname)', 'refs/convo/raw/']).trim();
  const kept = git(url, ['ls-tree', '-r', '--name-only', raw]).trim().split('\n');
  assert.deepEqual(kept.map((name) => git(url, ['show', `${raw}:${name}`])).sort(), [0, 1].map((at) => upTo(at, 6).toString()).sort());
});

test('what the remote does not want stays here with its card, and is told; the rest goes', async (t) => {
  const url = sharedRemote(t);
  const one = new Machine(t, url);
  await one.home.put(path, told(['one']).bytes);
  await one.home.put(path.replace('5e551000', '5e551001'), told(['two'], 1).bytes);
  await one.import();
  const { conversations } = await cliData<Listed>(one.home, ['list']);
  const unwanted = conversations.find(({ title }) => title === 'Ask two')?.id ?? '';
  const hook = join(url, 'hooks/update');
  writeFileSync(hook, `#!/bin/sh\ncase "$1" in *${unwanted}*) echo "too much" >&2; exit 1;; esac\n`, { mode: 0o755 });
  const sent = (await one.sync()).remotes[0]?.sent;
  assert.deepEqual([sent?.conversations, sent?.catalogue], [1, true]);
  assert.ok(
    sent?.refused.every(({ ref, reason }) => ref.includes(unwanted) && reason === 'hook declined'),
    JSON.stringify(sent),
  );
  assert.doesNotMatch(git(url, ['ls-tree', '-r', '--name-only', 'main']), new RegExp(unwanted));
  rmSync(hook);
  await one.sync();
  const other = new Machine(t, url);
  await other.sync();
  assert.equal((await cliData<Listed>(other.home, ['list'])).conversations.length, 2);
  assert.equal(one.refs(), other.refs());
});

test('a remote that has nothing new is asked one question, each tenth time all of them; branches pushed by hand come then', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await one.home.put(path, told(['one', 'two']).bytes);
  await one.import();
  await one.sync();
  await other.sync();
  const tip = git(url, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/claude-code/']).trim().split(' ');
  git(url, ['update-ref', `${tip[0]?.replace(/main$/, 'by-hand')}`, tip[1] ?? '']);
  const asked: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    await other.sync();
    asked.push(other.git(['for-each-ref', '--format=x', 'refs/heads/claude-code/']).length / 2);
  }
  assert.deepEqual(asked, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
  git(url, ['update-ref', `${tip[0]?.replace(/main$/, 'again')}`, tip[1] ?? '']);
  await other.run('sync', { full: true });
  assert.equal(other.git(['for-each-ref', '--format=x', 'refs/heads/claude-code/']), 'x\nx\nx\n');
});

test('fetch changes nothing but what is known of the remote; push does not go past what was not fetched', async (t) => {
  const url = sharedRemote(t);
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  await one.run('push');
  await other.home.put(path.replace('5e551000', '5e551001'), told(['two'], 1).bytes);
  await other.import();
  const before = other.refs();
  await assert.rejects(other.run('push'), { code: 'remote-ahead' });
  await other.run('fetch');
  assert.equal(other.refs(), before);
  await other.run('pull');
  assert.notEqual(other.refs(), before);
  assert.equal(refsOf(url), one.refs());
  await other.run('push');
  await one.run('pull');
  assert.equal(one.refs(), other.refs());
});

test('a copy that is not at hand is told, and keeps nothing else from being done', async (t) => {
  const [url, copy] = [sharedRemote(t), sharedRemote(t)];
  const one = new Machine(t, url);
  const away = `${copy}.away`;
  for (const name of ['a-usb', 'nas'])
    await one.with((_, context) => writeRemote(context, { ...blank(name), url: name === 'nas' ? copy : away }));
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  const { remotes } = await one.sync();
  assert.deepEqual(
    remotes.map(({ name, sent, failed }) => [name, sent?.conversations, failed?.code]),
    [
      ['origin', 1, undefined],
      ['a-usb', undefined, 'remote-failed'],
      ['nas', 1, undefined],
    ],
  );
  assert.equal(refsOf(copy).split('\n').length, refsOf(url).split('\n').length);
  assert.equal((await cli(one.home, ['sync'])).exit, 3);
  await assert.rejects(one.run('sync', { remote: 'a-usb' }), { code: 'remote-failed' });
});

test('a copy gets what the primary remote has, and nothing comes from it by itself', async (t) => {
  const [url, copy] = [sharedRemote(t), sharedRemote(t)];
  const [one, other] = [new Machine(t, url), new Machine(t, url)];
  for (const machine of [one, other]) await machine.with((_, context) => writeRemote(context, { ...blank('usb'), url: copy }));
  await one.home.put(path, told(['one']).bytes);
  await one.import();
  assert.deepEqual(
    (await one.sync()).remotes.map(({ name, sent }) => [name, sent?.conversations]),
    [
      ['origin', 1],
      ['usb', 1],
    ],
  );
  await other.sync();
  await other.home.put(path, told(['one', 'two']).bytes);
  await other.import();
  await other.sync();
  const turns = (gitdir: string) => git(gitdir, ['for-each-ref', 'refs/heads/claude-code/', 'refs/convo/raw/']);
  assert.equal(turns(copy), turns(url));
  assert.equal(git(copy, ['rev-parse', 'main:conversations']), git(url, ['rev-parse', 'main:conversations']));
  await one.sync();
  assert.equal(turns(copy), turns(url));
  assert.deepEqual(
    (await one.sync()).remotes.map(({ sent }) => sent?.catalogue),
    [false, false],
  );
});
