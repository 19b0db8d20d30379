import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SyncWire } from '../../src/ui/json/sync.ts';
import { fsck, git, temporaryFolder } from '../store/sandbox.ts';
import { Transcript, uuidOf } from '../support/claude-code.ts';
import { serveHttp } from '../support/git-http.ts';
import { refsOf, sharedRemote } from '../support/machine.ts';
import { noSshd, startSshd } from '../support/sshd.ts';
import { type Machine, machine } from '../support/told-machine.ts';

const longAgo = Date.UTC(2026, 1, 1) / 1000;

/** Has a tool write a conversation of these exchanges, and imports it. */
async function tell(one: Machine, number: number, words: readonly string[], from = 0): Promise<void> {
  const session = `5e55100${number}-0000-4000-8000-000000000000`;
  const transcript = new Transcript({ sessionId: session });
  for (const [at, word] of words.entries()) {
    const base = number * 1000 + at * 2 + (at > 0 ? from : 0);
    transcript.user(`Ask ${word}`, { uuid: uuidOf(base + 1) });
    transcript.says(`Answer ${word}`, { uuid: uuidOf(base + 2), id: `msg_${base}` });
  }
  const path = join(one.home, `.claude/projects/-w-lines/${session}.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, transcript.bytes);
  await utimes(path, longAgo, longAgo);
  await typed(one, 'import');
}

/** Runs a command that must succeed; returns the data of its document. */
async function typed<Data>(one: Machine, ...argv: string[]): Promise<Data> {
  const ran = await one.convo(...argv, '--json');
  assert.equal(ran.exit, 0, `convo ${argv.join(' ')}: ${ran.err}`);
  return (JSON.parse(ran.out) as { data: Data }).data;
}

async function sync(one: Machine): Promise<SyncWire['remotes'][number]> {
  const [remote] = (await typed<SyncWire>(one, 'sync', '--allow-public')).remotes;
  assert.ok(remote);
  return remote;
}

interface Listed {
  conversations: { id: string; title: string; tags: string[]; branches: { name: string }[] }[];
}

const gitdirOf = ({ home }: Machine) => join(home, 'store/store.git');

/** Two machines and everything that people do with them, over one wire; a third one clones. */
async function scenario(t: TestContext, url: string, folder: string, envs: readonly [Env, Env, Env]): Promise<void> {
  const [one, two, three] = [machine(t, envs[0]), machine(t, envs[1]), machine(t, envs[2])];
  for (const each of [one, two, three]) writeFileSync(join(each.home, '.netrc'), 'machine 127.0.0.1 login ada password secret-word\n');
  const agree = async (...order: Machine[]) => {
    for (const each of order) await sync(each);
    for (const each of [one, two]) assert.equal(refsOf(gitdirOf(each)), refsOf(folder));
  };
  for (const each of [one, two]) await tell(each, 0, ['one']);
  await tell(one, 1, ['only here']);
  for (const each of [one, two]) await typed(each, 'remote', 'add', 'origin', url);
  const first = await sync(one);
  assert.deepEqual([first.sent?.conversations, first.sent?.catalogue], [2, true]);
  const second = await sync(two);
  assert.deepEqual(
    second.came.filter((came) => came.new).map(({ title }) => title),
    ['Ask only here'],
  );
  await agree(one);

  await tell(one, 0, ['one', 'here', 'again']);
  await tell(two, 0, ['one', 'there'], 100);
  await sync(one);
  const [parted] = (await sync(two)).came.flatMap((came) => came.parted.map((lines) => ({ ...lines, id: came.id })));
  assert.deepEqual([parted?.named, parted?.here], ['main', true]);
  const [seen] = (await sync(one)).came.flatMap((came) => came.parted);
  assert.deepEqual(seen, { named: 'main', beside: parted?.beside, here: false });
  const [main, beside] = [`${parted?.id}/main`, `${parted?.id}/${parted?.beside}`];

  await typed(one, 'merge', beside, '--into', main);
  await typed(one, 'rename', `${parted?.id}`, 'Named here');
  await typed(two, 'tag', `${parted?.id}`, 'urgent');
  await agree(one, two, one);
  for (const each of [one, two]) {
    const { conversations } = await typed<Listed>(each, 'list', '--all');
    const listed = conversations.find(({ id }) => id === parted?.id);
    assert.deepEqual([listed?.title, listed?.tags, listed?.branches.length], ['Named here', ['urgent'], 2]);
    assert.match((await each.convo('log', main)).out, /Merge/);
  }
  await typed(two, 'branch', '-D', beside);
  await agree(two, one);
  assert.equal(git(folder, ['for-each-ref', '--format=x', `refs/heads/claude-code/${parted?.id}/`]), 'x\n');

  for (const each of [one, two]) {
    const idle = await sync(each);
    assert.deepEqual([idle.came, idle.sent?.branches, idle.sent?.catalogue], [[], 0, false]);
  }
  await typed(three, 'clone', url);
  assert.equal(refsOf(gitdirOf(three)), refsOf(folder));
  for (const each of [one, two, three]) {
    assert.equal((await each.convo('verify')).exit, 0);
    assert.equal(fsck(gitdirOf(each)), '');
  }
  assert.equal(fsck(folder), '');
}

type Env = Record<string, string>;
const same = (env: Env = {}): [Env, Env, Env] => [env, env, env];
const noGit = { PATH: '' };

test('two machines and a clone: by path', async (t) => {
  const folder = sharedRemote(t);
  await scenario(t, folder, folder, same());
});

test('two machines and a clone: over http', async (t) => {
  const folder = sharedRemote(t);
  await scenario(t, `${await serveHttp(t, dirname(folder))}/remote.git`, folder, same());
});

test('two machines and a clone: over http with a password, where one machine has git and the others have none', async (t) => {
  const folder = sharedRemote(t);
  const user = { name: 'ada', password: 'secret-word' };
  const url = `${await serveHttp(t, dirname(folder), { user })}/remote.git`;
  const helper = join(temporaryFolder(t), 'gitconfig');
  writeFileSync(helper, `[credential]\n\thelper = "!f() { echo username=ada; echo 'password=secret-word'; }; f"\n`);
  await scenario(t, url, folder, [{ GIT_CONFIG_GLOBAL: helper }, noGit, noGit]);
});

test('two machines and a clone: over ssh', noSshd === undefined ? {} : { skip: noSshd }, async (t) => {
  const folder = sharedRemote(t);
  const { url, env } = await startSshd(t, temporaryFolder(t));
  await scenario(t, `${url}${folder}`, folder, same(env));
});

test('a server that moves refs one by one gets the catalogue last, and a push that is cut before it is finished by the next', async (t) => {
  const folder = sharedRemote(t);
  git(folder, ['config', 'receive.advertiseAtomic', 'false']);
  await scenario(t, folder, folder, same());

  const [one, two] = [machine(t), machine(t)];
  for (const each of [one, two]) {
    await typed(each, 'clone', folder);
  }
  const seen = join(temporaryFolder(t), 'pushes');
  const hook = join(folder, 'hooks/pre-receive');
  const cut = join(folder, 'cut');
  writeFileSync(cut, '');
  writeFileSync(
    hook,
    `#!/bin/sh\nrefs=$(cut -d' ' -f3 | tr '\\n' ' ')\necho "$refs" >> ${seen}\ncase "$refs" in *heads/main*) test ! -e ${cut};; esac\n`,
    {
      mode: 0o755,
    },
  );
  await tell(one, 3, ['new']);
  assert.equal((await one.convo('sync', '--json')).exit, 3);
  const pushes = () =>
    readFileSync(seen, 'utf8')
      .trim()
      .split('\n')
      .map((refs) => refs.trim().split(' ').sort());
  const branches = pushes()[0] ?? [];
  assert.deepEqual([branches.length, branches.includes('refs/heads/main')], [2, false]);
  assert.deepEqual(pushes().slice(1), [['refs/heads/main']]);
  await sync(two);
  rmSync(cut);
  await sync(one);
  assert.deepEqual(pushes().at(-1), ['refs/heads/main']);
  await sync(two);
  for (const each of [one, two]) assert.equal(refsOf(gitdirOf(each)), refsOf(folder));
});
