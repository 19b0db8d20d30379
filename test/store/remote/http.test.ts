import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Oid } from '../../../src/store/git.ts';
import { indexPack } from '../../../src/store/remote/http/pack-in.ts';
import { serveHttp } from '../../support/git-http.ts';
import { git, temporaryFolder } from '../sandbox.ts';
import { bareRemote, branchOf, device, deviceWithConversation, transportTo, turn, write } from './devices.ts';

const user = { name: 'ada', password: 'correct-horse-7' };
const pushAll = (tips: Record<string, Oid>) => Object.entries(tips).map(([ref, oid]) => ({ ref, oid, expected: null }));

test('without git a user and a password come from ~/.netrc, when they are asked for, and go to no other host', async (t) => {
  const seen: { url: string; authorized: boolean }[] = [];
  const folder = bareRemote(t);
  const url = `${await serveHttp(t, dirname(folder), { user, seen: (request) => seen.push(request) })}/remote.git`;
  const { store, tips } = await deviceWithConversation(t, 'isomorphic');
  const shut = await transportTo(t, store, url);
  await assert.rejects(shut.refs(), {
    code: 'remote-failed',
    message: /it wants a user and a password: without git they are read from ~\/\.netrc/,
    hint: 'Put the line "machine 127.0.0.1 login <user> password <password or token>" into ~/.netrc, or install git',
  });
  writeFileSync(join(store.host.home, '.netrc'), 'machine 127.0.0.1 login ada password old\n');
  const refused = await transportTo(t, store, url);
  await assert.rejects(refused.refs(), { code: 'remote-failed', message: /it does not take the user and password of ~\/\.netrc/ });
  assert.equal((await refused.isWritable()).yes, false);
  assert.deepEqual(await shut.isPublic(), {
    yes: false,
    reason: 'it wants a user and a password: without git they are read from ~/.netrc',
  });
  assert.equal((await shut.isWritable()).yes, false);

  writeFileSync(
    join(store.host.home, '.netrc'),
    `machine elsewhere login x password y\nmachine 127.0.0.1\n  login ada\n  password ${user.password}\n`,
  );
  const open = await transportTo(t, store, url);
  assert.deepEqual([...(await open.push(pushAll(tips))).values()], ['ok', 'ok', 'ok']);
  assert.equal((await open.isWritable()).yes, true);
  assert.equal((await open.isPublic()).yes, false);
  assert.ok(seen.some(({ authorized }) => authorized));

  const others: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    others.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const away = createServer((request, response) => {
    response.writeHead(302, { Location: `http://localhost:${(other.address() as AddressInfo).port}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => away.listen(0, '127.0.0.1', resolve));
  t.after(() => away.close());
  await assert.rejects((await transportTo(t, store, `http://127.0.0.1:${(away.address() as AddressInfo).port}/remote.git`)).refs());
  assert.deepEqual(others.filter(Boolean), []);
});

test("system git uses the user's own credential helper, and asks nobody", async (t) => {
  const folder = bareRemote(t);
  const url = `${await serveHttp(t, dirname(folder), { user })}/remote.git`;
  const { store, tips } = await deviceWithConversation(t);
  const transport = await transportTo(t, store, url);
  await assert.rejects(transport.refs(), { code: 'remote-failed' });
  assert.equal((await transport.isPublic()).yes, false);
  const helper = `!f() { echo username=${user.name}; echo password=${user.password}; }; f`;
  writeFileSync(join(store.host.home, '.gitconfig'), `[credential]\n\thelper = "${helper}"\n`);
  assert.deepEqual([...(await transport.push(pushAll(tips))).values()], ['ok', 'ok', 'ok']);
  assert.equal((await transport.isPublic()).yes, false, 'the question is asked without credentials');
});

test('a repository that anybody can read is told to be public', async (t) => {
  const folder = bareRemote(t);
  const url = `${await serveHttp(t, dirname(folder), { push: false })}/remote.git`;
  for (const engine of ['system', 'isomorphic'] as const) {
    const transport = await transportTo(t, await device(t, engine), url);
    assert.equal((await transport.isPublic()).yes, true);
    assert.equal((await transport.isWritable()).yes, false);
  }
});

test('what needs git is told in a sentence', async (t) => {
  const store = await device(t, 'isomorphic');
  const cases = [
    ['git@example.com:a/b.git', 'ssh'],
    ['ssh://example.com/a', 'ssh'],
    ['git://example.com/a', 'git'],
    ['/some/where', 'to a folder'],
  ] as const;
  for (const [url, what] of cases)
    await assert.rejects(transportTo(t, store, url), {
      code: 'remote-needs-git',
      message: `${url} needs git: without git convo speaks http and https, not ${what}`,
      hint: 'Install git, or use the https URL of the remote',
    });
});

test('without git a proxy is not gone round: it is told, and what is to be done', async (t) => {
  const folder = bareRemote(t);
  const url = `${await serveHttp(t, dirname(folder))}/remote.git`;
  const behind = async (env: Record<string, string>, to = url) => transportTo(t, await device(t, 'isomorphic', env), to);
  await assert.rejects(behind({ http_proxy: 'http://proxy:3128' }), {
    code: 'remote-needs-git',
    message: `${url} needs git: http_proxy names a proxy, and without git convo goes through none`,
    hint: 'Install git, or name 127.0.0.1 in NO_PROXY where it is reached directly',
  });
  await assert.rejects(behind({ HTTPS_PROXY: 'http://proxy:3128' }, 'https://git.example.com/a'), { code: 'remote-needs-git' });
  await assert.rejects(behind({ ALL_PROXY: 'http://proxy:3128', NO_PROXY: 'example.org' }), { code: 'remote-needs-git' });
  for (const no of ['127.0.0.1', '*', 'example.org, 127.0.0.1'])
    assert.equal((await (await behind({ http_proxy: 'http://proxy:3128', NO_PROXY: no })).refs()).size, 0);
  assert.equal((await (await behind({ HTTPS_PROXY: 'http://proxy:3128', HTTP_PROXY: 'http://proxy:3128' })).refs()).size, 0);
  assert.ok(await behind({ https_proxy: 'http://proxy:3128', no_proxy: '.example.com' }, 'https://git.example.com/a'));
});

test('a transfer that is cut off leaves nothing, and the next one finishes', async (t) => {
  for (const engine of ['system', 'isomorphic'] as const) {
    const folder = bareRemote(t);
    let left = 1;
    const cut = (path: string) => (path.endsWith('/git-upload-pack') && left-- === 1 ? 400 : undefined);
    const url = `${await serveHttp(t, dirname(folder), { cut })}/remote.git`;
    left = 0;
    const { store: from, tips } = await deviceWithConversation(t, engine);
    await (await transportTo(t, from, url)).push(pushAll(tips));
    const store = await device(t, engine);
    const transport = await transportTo(t, store, url);
    const wants = Object.entries(tips).map(([ref, oid]) => ({ ref, oid }));
    left = 1;
    await transport.fetch(wants).then(
      ({ landed }) => assert.equal(landed.size < 3 || left < 1, true),
      (error: { code?: string }) => assert.equal(error.code, 'remote-failed'),
    );
    const { landed } = await transport.fetch(wants);
    assert.equal(landed.size, 3);
  }
});

test('the index of a pack is byte for byte that of git, deltas of both kinds included', async (t) => {
  const { store } = await deviceWithConversation(t);
  await write(store, { [branchOf('abc')]: Array.from({ length: 40 }, (_, at) => turn(at + 3, `Text ${'same '.repeat(40)}${at}`)) });
  const gitdir = join(store.home, 'store.git');
  for (const options of [['--delta-base-offset'], []]) {
    const folder = temporaryFolder(t);
    const refs = git(gitdir, ['for-each-ref', '--format=%(objectname)', 'refs/heads/']);
    git(gitdir, ['pack-objects', '-q', '--revs', '--no-reuse-delta', ...options, join(folder, 'pack')], refs);
    const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.pack'));
    const pack = readFileSync(join(folder, name));
    const made = indexPack(pack);
    assert.equal(`${made.name}.pack`, name);
    assert.deepEqual(Buffer.from(made.index), readFileSync(join(folder, name.replace(/pack$/, 'idx'))));

    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 150; round += 1) {
      const broken = Buffer.from(pack);
      for (let bits = 0; bits < 1 + random(3); bits += 1) broken.writeUInt8(random(256), 12 + random(pack.length - 32));
      const cut = round % 3 === 0 ? broken.subarray(0, random(pack.length)) : broken;
      if (cut.equals(pack)) continue;
      assert.throws(() => indexPack(cut), { code: 'bad-remote-content' });
    }
  }
});
