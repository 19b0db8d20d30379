import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mainRef } from '../../src/store/layout.ts';
import { openTransport } from '../../src/store/remote/transport.ts';
import { openStore } from '../../src/store/store.ts';
import type { RemoteWire } from '../../src/ui/json/remote.ts';
import { bareRemote, branchOf, catalogue, rawOf, turn, write } from '../store/remote/devices.ts';
import { git, temporaryFolder } from '../store/sandbox.ts';
import { serveHttp } from '../support/git-http.ts';
import { type Machine, machine } from '../support/told-machine.ts';

const names = (wire: RemoteWire) => wire.remotes?.map(({ name, role }) => `${name} ${role}`);

test('the first remote is the primary one, and there is always one', async (t) => {
  const { data, fault, home } = machine(t);
  assert.deepEqual(names(await data('add', 'origin', 'git@example.com:ada/convo.git')), ['origin primary']);
  assert.deepEqual(names(await data('add', 'disk', './disk.git')), ['origin primary', 'disk copy']);
  assert.deepEqual(names(await data('add', 'work', 'https://example.com/w.git', '--primary')), [
    'work primary',
    'disk copy',
    'origin copy',
  ]);
  assert.equal((await fault('add', 'disk', '/elsewhere')).code, 'remote-exists');
  assert.equal((await fault('set', 'work', '--copy')).code, 'unknown-flag');
  assert.deepEqual(names(await data('set', 'disk', '--primary')), ['disk primary', 'origin copy', 'work copy']);
  assert.equal(names(await data('remove', 'disk'))?.filter((row) => row.endsWith('primary')).length, 1);
  assert.equal((await fault('remove', 'orign')).code, 'unknown-remote');
  const text = readFileSync(join(home, 'store/config.yaml'), 'utf8');
  assert.equal(statSync(join(home, 'store/config.yaml')).mode & 0o777, 0o600);
  assert.equal(text.includes('remote.disk'), false);
});

test('settings of remotes and settings of convo stand in one file and do not disturb each other', async (t) => {
  const { convo, data, home } = machine(t);
  await convo('config', 'color', 'never');
  await data(
    'add',
    'origin',
    "./a path with #, 'quotes'.git",
    '--only',
    'tag:work, tool:codex',
    '--except',
    'project:example.com/x',
    '--no-raw',
    '--prefix',
    'refs/convo/heads',
  );
  assert.equal((await convo('config', 'color')).out, 'never\n');
  const [row] = (await data('list')).remotes ?? [];
  assert.deepEqual(row, {
    name: 'origin',
    url: join(home, "a path with #, 'quotes'.git"),
    role: 'primary',
    only: ['tag:work', 'tool:codex'],
    except: ['project:example.com/x'],
    raw: false,
    prefix: 'refs/convo/heads/',
    lazy: false,
    allow_public: false,
  });
  await data('set', 'origin', '--only', '', '--raw');
  const [after] = (await data('list')).remotes ?? [];
  assert.deepEqual([after?.only, after?.raw, after?.prefix], [[], true, 'refs/convo/heads/']);
});

/** Each has a secret in it. */
const secret = 'ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5';
const withCredentials = [
  `https://ada:${secret}@github.com/a/b.git`,
  `https://${secret}@github.com/a/b.git`,
  `https://x-access-token:${secret}@github.com/a/b`,
  `https://oauth2:${secret}@gitlab.com/a/b`,
  `http://ada:${secret}@127.0.0.1:8080/b`,
  `ssh://git:${secret}@host/a/b`,
  `https://:${secret}@host/a`,
  `https://github.com/a/b.git?access_token=${secret}`,
  `https://github.com/a/b.git#${secret}`,
  `git://ada:${secret}@host/a`,
  `${secret}@github.com:a/b.git`,
  `https://ada%3A${secret}@github.com/a/b`,
];

test('a secret in a URL is refused, kept nowhere, and never repeated', async (t) => {
  const { convo, home } = machine(t);
  await convo('remote', 'add', 'origin', '/some/where');
  for (const url of withCredentials) {
    for (const argv of [
      ['remote', 'add', 'new', url],
      ['remote', 'set', 'origin', url],
    ]) {
      for (const json of [[], ['--json']]) {
        const ran = await convo(...argv, ...json);
        assert.equal(ran.exit, 2, url);
        assert.equal((ran.out + ran.err).includes(secret), false, ran.err);
      }
    }
  }
  assert.equal(readFileSync(join(home, 'store/config.yaml'), 'utf8').includes(secret), false);
});

const canary = 'canary';
const hostile = [
  '--upload-pack=touch canary',
  '-oProxyCommand=touch canary',
  '--exec=touch canary',
  '-u',
  '-x',
  '--',
  '--receive-pack=touch canary',
  'ext::sh -c "touch canary"',
  'ext::touch canary',
  'fd::17',
  'file::/tmp',
  'foo::bar',
  'transport::address',
  'ssh://-oProxyCommand=touch%20canary/x',
  'ssh://-x@host/y',
  'ssh://host/-oProxyCommand=x',
  '-host:path',
  'host:-path',
  'user@-oProxyCommand=x:y',
  'git://-x/y',
  'git://host/--upload-pack=x',
  'https://-x/y',
  'https://host',
  'https://',
  'ftp://host/x',
  'javascript:alert(1)',
  'data:text/plain,x',
  '$(touch canary)',
  '`touch canary`',
  '; touch canary',
  '| touch canary',
  '&& touch canary',
  '\n touch canary',
  'a\u0000b',
  '\u202etouch',
  '%0atouch',
  'https://host/a b\r\nX: y',
  'https://ho st/x',
  "host:$(touch canary)'",
  'ssh://ho;touch canary/x',
];

test('40 option-like names and URLs through every argument run nothing', async (t) => {
  const { convo, home, host } = machine(t);
  await convo('import', '--engine', 'system');
  const spawned: string[] = [];
  Object.assign(host, { onSpawn: (program: string, args: readonly string[]) => spawned.push([program, ...args].join(' ')) });
  await convo('remote', 'add', 'origin', join(home, 'none.git'));
  assert.equal(hostile.length, 40);
  for (const word of hostile) {
    const lines = [
      ['add', word, '/x'],
      ['add', 'new', word],
      ['set', word, '/x'],
      ['set', 'origin', word],
      ['remove', word],
      ['test', word],
      ['set', 'origin', '--only', word],
      ['set', 'origin', '--except', word],
      ['set', 'origin', '--prefix', word],
    ].filter((argv) => !(argv[0] === 'set' && argv[2]?.startsWith('--') && word === ''));
    for (const argv of lines) {
      const ran = await convo('remote', ...argv);
      const url = argv[0] === 'add' && argv[2] === word;
      if (url && ran.exit === 0) await convo('remote', 'test', 'new');
      if (ran.exit === 0) await convo('remote', 'remove', 'new');
      assert.ok([0, 1, 2].includes(ran.exit), `${argv.join(' ')}: ${ran.exit} ${ran.err}`);
    }
  }
  assert.equal(existsSync(join(home, canary)), false);
  assert.equal(existsSync(join(process.cwd(), canary)), false);
  for (const line of spawned) assert.equal(/ext::|ProxyCommand|upload-pack=|receive-pack=/.test(line), false, line);
});

async function filled(t: TestContext): Promise<{ one: Machine; folder: string }> {
  const one = machine(t);
  const folder = bareRemote(t);
  const store = await openStore(one.host, join(one.home, 'store'), { engine: 'system', absent: 'make' });
  t.after(() => store.engine.close());
  const tips = await write(store, {
    [branchOf('abc')]: [turn(1), turn(2)],
    [rawOf('abc')]: [{ '0123456789abcdef/000000-00000000.jsonl': '{}\n' }],
    [mainRef]: [catalogue('First')],
  });
  const transport = await openTransport(one.host, store, { name: 'x', url: folder, prefix: 'refs/heads/' });
  await transport.push(Object.entries(tips).map(([ref, oid]) => ({ ref, oid, expected: null })));
  await transport.close();
  await one.convo('remote', 'add', 'origin', folder);
  return { one, folder };
}

test('test tells what a remote is: reachable, empty, of convo, of something else', async (t) => {
  const { one, folder } = await filled(t);
  const held = (await one.data('test')).test;
  assert.deepEqual(held, {
    reachable: true,
    reason: null,
    by: 'system',
    holds: 'conversations',
    counts: { conversations: 1, branches: 1, raw: 1 },
    public: null,
    writable: true,
    code_of: null,
  });
  await one.data('add', 'empty', bareRemote(t));
  assert.equal((await one.data('test', 'empty')).test?.holds, 'nothing');

  const code = bareRemote(t);
  const work = temporaryFolder(t);
  writeFileSync(join(work, 'README.md'), '# Code\n');
  spawnSync('git', ['init', '-q', '-b', 'main', work]);
  git(join(work, '.git'), ['--work-tree', work, 'add', 'README.md']);
  git(join(work, '.git'), ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'Initial commit']);
  git(join(work, '.git'), ['push', '-q', code, 'main']);
  await one.data('add', 'code', code);
  const other = (await one.data('test', 'code')).test;
  assert.equal(other?.holds, 'something else');
  assert.match(other?.reason ?? '', /no catalogue/);

  await one.data('add', 'gone', join(folder, 'nowhere'));
  const gone = await one.convo('remote', 'test', 'gone', '--json');
  assert.equal(gone.exit, 1);
  assert.equal(JSON.parse(gone.out).data.test.reachable, false);
});

test('the repository of the project that one stands in is no remote', async (t) => {
  const one = machine(t);
  mkdirSync(join(one.home, 'app/.git'), { recursive: true });
  writeFileSync(join(one.home, 'app/.git/config'), '[remote "origin"]\n\turl = git@example.com:org/app.git\n');
  Object.assign(one.host, { cwd: join(one.home, 'app') });
  for (const url of ['git@example.com:org/app.git', 'https://example.com/org/app', 'ssh://git@example.com/org/App.git/'])
    assert.equal((await one.fault('add', 'origin', url)).code, 'code-remote', url);
  await one.data('add', 'origin', 'git@example.com:org/conversations.git');
});

test('what was fetched is forgotten with the remote, and with its URL', async (t) => {
  const { one } = await filled(t);
  const gitdir = join(one.home, 'store/store.git');
  await one.convo('remote', 'test');
  const tracking = () => git(gitdir, ['for-each-ref', '--format=%(refname)', 'refs/convo/remotes/']).split('\n').filter(Boolean);
  git(gitdir, ['update-ref', 'refs/convo/remotes/origin/heads/main', 'refs/heads/main']);
  assert.equal(tracking().length, 1 + 3);
  await one.data('set', 'origin', '/elsewhere');
  assert.deepEqual(
    tracking().filter((ref) => ref.includes('/origin/')),
    [],
  );
});

test('a push to a remote that is public, or holds something else, is refused before anything is sent', async (t) => {
  const one = machine(t);
  await one.convo('import');
  const open = bareRemote(t);
  const url = `${await serveHttp(t, dirname(open))}/remote.git`;
  const refusal = async (...argv: string[]) => JSON.parse((await one.convo(...argv, '--json')).err).code as string;
  await one.data('add', 'open', url);
  assert.equal(await refusal('sync', 'open'), 'public-remote');
  assert.equal(git(open, ['for-each-ref']), '');

  const other = bareRemote(t);
  const tree = git(other, ['mktree'], '').trim();
  const commit = git(other, ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit-tree', tree, '-m', 'code']).trim();
  git(other, ['update-ref', 'refs/heads/master', commit]);
  await one.data('add', 'other', other);
  assert.equal(await refusal('sync', 'other'), 'unrelated-remote');
  assert.equal(git(other, ['for-each-ref', '--format=%(refname)']).trim(), 'refs/heads/master');

  assert.equal((await one.convo('sync', 'open', '--allow-public')).exit, 0);
  await one.data('set', 'open', '--allow-public');
  assert.equal((await one.convo('sync', 'open')).exit, 0);
});
