import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareRemote } from '../store/remote/devices.ts';
import { fsck, git, temporaryFolder } from '../store/sandbox.ts';
import { serveHttp } from '../support/git-http.ts';
import { type Machine, machine } from '../support/told-machine.ts';

const home = (tool: string) => fileURLToPath(new URL(`../../fixtures/${tool}/everyday/home`, import.meta.url));
const fixture = home('claude-code');

/** A machine whose conversations are on a remote. */
async function synced(t: TestContext): Promise<{ one: Machine; folder: string }> {
  const one = machine(t);
  for (const tool of ['claude-code', 'codex']) cpSync(home(tool), one.home, { recursive: true });
  const folder = bareRemote(t);
  for (const argv of [['import'], ['remote', 'add', 'origin', folder], ['sync']]) {
    const ran = await one.convo(...argv);
    assert.ok(ran.exit === 0 || ran.exit === 3, `${argv.join(' ')}: ${ran.err}`);
  }
  return { one, folder };
}

const titles = async ({ convo }: Machine) =>
  (JSON.parse((await convo('list', '--all', '--json')).out).data.conversations as { id: string; title: string; turns: number }[])
    .map(({ id, title, turns }) => `${id} ${title} ${turns}`)
    .sort();

test('a clone has every conversation, by path and over http, with git and without', async (t) => {
  const { one, folder } = await synced(t);
  const http = `${await serveHttp(t, dirname(folder))}/remote.git`;
  const ways: [url: string, ...more: string[]][] = [[folder], [http, '--engine', 'system'], [http, '--engine', 'isomorphic']];
  for (const [url, ...more] of ways) {
    const two = machine(t);
    const ran = await two.convo('clone', url, '--json', ...more);
    assert.equal(ran.exit, 0, ran.err);
    const { conversations, remote, refused } = JSON.parse(ran.out).data;
    assert.deepEqual([remote, refused], [{ name: 'origin', url }, []]);
    assert.equal(conversations, (await titles(one)).length);
    assert.deepEqual(await titles(two), await titles(one));
    assert.equal(fsck(join(two.home, 'store/store.git')), '');
    const [row] = (await two.data('list')).remotes ?? [];
    assert.deepEqual([row?.name, row?.role, row?.raw], ['origin', 'primary', true]);
    const again = await two.convo('sync', '--json', '--allow-public', ...more);
    assert.equal(again.exit, 0, again.err);
    assert.equal(git(folder, ['rev-parse', 'refs/heads/main']), git(join(two.home, 'store/store.git'), ['rev-parse', 'refs/heads/main']));
  }
});

test('a remote that was only tested still brings everything', async (t) => {
  const { one, folder } = await synced(t);
  const two = machine(t);
  assert.equal((await two.convo('clone', bareRemote(t))).exit, 0);
  assert.equal((await two.convo('remote', 'set', 'origin', folder)).exit, 0);
  const { holds } = (await two.data('test', 'origin')).test as { holds: string };
  assert.equal(holds, 'conversations');
  assert.equal((await two.convo('sync')).exit, 0);
  assert.deepEqual(await titles(two), await titles(one));
});

test('a clone without source records does not fetch them', async (t) => {
  const { folder } = await synced(t);
  const two = machine(t);
  assert.equal((await two.convo('clone', folder, '--no-raw', '--name', 'home')).exit, 0);
  const refs = git(join(two.home, 'store/store.git'), ['for-each-ref', '--format=%(refname)']);
  assert.equal(refs.includes('refs/convo/raw/'), false);
  assert.equal(refs.includes('refs/convo/remotes/home/heads/'), true);
});

test('a store that is there is left alone', async (t) => {
  const { one, folder } = await synced(t);
  const before = await titles(one);
  const ran = await one.convo('clone', folder, '--json');
  assert.equal(JSON.parse(ran.err).code, 'store-exists');
  assert.deepEqual(await titles(one), before);
});

test('what cannot be cloned leaves no store behind', async (t) => {
  const code = bareRemote(t);
  const work = temporaryFolder(t);
  writeFileSync(join(work, 'a.txt'), 'x');
  spawnSync('git', ['init', '-q', '-b', 'main', work]);
  git(join(work, '.git'), ['--work-tree', work, 'add', 'a.txt']);
  git(join(work, '.git'), ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'code']);
  git(join(work, '.git'), ['push', '-q', code, 'main']);
  const cases: [url: string, code: string][] = [
    [join(code, 'nowhere'), 'remote-failed'],
    [code, 'unrelated-remote'],
    ['ext::sh -c x', 'bad-url'],
    ['--upload-pack=touch x', 'unknown-flag'],
  ];
  for (const [url, expected] of cases) {
    const two = machine(t);
    const ran = await two.convo('clone', url, '--json');
    assert.equal(JSON.parse(ran.err).code, expected, url);
    if (expected === 'remote-failed') assert.equal(JSON.parse(ran.err).hint, 'Is the URL right, and may you read it?');
    assert.equal(existsSync(join(two.home, 'store/store.git')), false, url);
    assert.deepEqual((await two.data('list')).remotes, []);
  }
});

test('an empty remote gives an empty store, which its first sync fills', async (t) => {
  const folder = bareRemote(t);
  const one = machine(t);
  mkdirSync(one.home, { recursive: true });
  cpSync(fixture, one.home, { recursive: true });
  const ran = await one.convo('clone', folder);
  assert.equal(ran.exit, 0, ran.err);
  assert.match(ran.err, /is empty/);
  await one.convo('import');
  const synced = await one.convo('sync');
  assert.equal(synced.exit, 0, synced.err);
  assert.ok(readdirSync(join(folder, 'refs/heads')).includes('main'));
});

test('a lazy clone has the catalogue, and fetches a conversation when it is first asked for', async (t) => {
  const { one, folder } = await synced(t);
  const http = `${await serveHttp(t, dirname(folder))}/remote.git`;
  const all = await titles(one);
  assert.ok(all.length >= 2);
  for (const [url, ...more] of [[folder], [http, '--engine', 'isomorphic']] as [string, ...string[]][]) {
    const two = machine(t);
    const ran = await two.convo('clone', url, '--lazy', '--json', ...more);
    assert.equal(ran.exit, 0, ran.err);
    const { conversations, absent } = JSON.parse(ran.out).data;
    assert.deepEqual([conversations, absent], [all.length, all.length]);
    const gitdir = join(two.home, 'store/store.git');
    const heads = () => git(gitdir, ['for-each-ref', '--format=%(refname)', 'refs/heads/']).trim().split('\n');
    assert.deepEqual(heads(), ['refs/heads/main']);
    assert.deepEqual(
      (await titles(two)).map((row) => row.replace(/ \d+$/, '')),
      all.map((row) => row.replace(/ \d+$/, '')),
    );
    assert.match((await two.convo('list', '--all', ...more)).out, /not fetched/);

    const [id = ''] = (all.find((row) => !row.endsWith(' 0')) ?? '').split(' ');
    const shown = await two.convo('log', id, '--json', ...more);
    assert.equal(shown.exit, 0, shown.err);
    const there = await one.convo('log', id, '--json');
    assert.deepEqual(JSON.parse(shown.out).data.turns, JSON.parse(there.out).data.turns);
    assert.deepEqual(
      [
        ...new Set(
          heads()
            .map((ref) => ref.split('/')[3])
            .filter(Boolean),
        ),
      ],
      [id],
    );
    assert.equal((await two.convo('verify', ...more)).exit, 0);

    const before = git(folder, ['for-each-ref']);
    const quiet = await two.convo('sync', '--json', '--allow-public', ...more);
    assert.equal(quiet.exit, 0, quiet.err);
    assert.equal(git(folder, ['for-each-ref']), before, 'what was not fetched stays as it is on the remote');
    assert.equal(new Set(heads().map((ref) => ref.split('/')[3])).size, 2, 'a sync fetches nothing that was not asked for');

    assert.equal((await two.convo('sync', '--full', '--allow-public', ...more)).exit, 0);
    assert.deepEqual(await titles(two), all);
    assert.equal(git(folder, ['for-each-ref']), before);
    assert.equal(fsck(gitdir), '');
  }
});
