import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { version } from '../../src/version.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'convo-launch-'));
  const built = spawnSync(process.execPath, [join(root, 'scripts/build.js'), join(folder, 'dist')], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function convo(args: string[], env: Record<string, string> = {}, node: string[] = []) {
  const home = join(folder, 'home');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, join(folder, 'dist/convo.cjs'), ...args], {
    env: { PATH: process.env.PATH, HOME: home, USERPROFILE: home, LOCALAPPDATA: home, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const cache = () => join(folder, 'cache', 'convo');
const files = () => (existsSync(cache()) ? readdirSync(cache()).sort() : []);
const help = (...rest: Parameters<typeof convo> extends [string[], ...infer Rest] ? Rest : never) => convo(['help', 'log'], ...rest);

test('the built program answers --version by itself and keeps exit codes', () => {
  assert.deepEqual(convo(['--version']), { code: 0, out: `convo ${version}\n`, err: '' });
  assert.equal(convo(['lgo']).code, 2);
  assert.equal(convo(['log', '--store', join(folder, 'none')]).code, 10);
  assert.deepEqual(files(), [], 'a run that fails keeps nothing');
});

test('a command that loads many files runs without a word from node', () => {
  const { code, err } = convo(['import', '--store', join(folder, 'store')]);
  assert.deepEqual([code, /Warning|node:|flag/.exec(err)], [0, null], err);
});

test('bytecode is kept by the first run, taken by the next, and never needed', () => {
  const first = help();
  assert.equal(first.code, 0, first.err);
  const kept = files().filter((name) => name.includes('-help-'));
  assert.ok(
    kept.some((name) => name.endsWith('-help-always.js.bin')),
    kept.join(' '),
  );
  const times = () => kept.map((name) => statSync(join(cache(), name)).mtimeMs);
  const before = times();
  assert.deepEqual(help(), first);
  assert.deepEqual(times(), before, 'taken, not made anew');
  for (const name of kept) {
    const bytes = readFileSync(join(cache(), name));
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(join(cache(), name), bytes);
  }
  assert.deepEqual(help(), first, 'damaged');
  assert.deepEqual(help({}, ['--no-opt', '--max-lazy']), first, 'refused by a V8 with other flags');
  assert.deepEqual(help({ NODE_DISABLE_COMPILE_CACHE: '1' }), first);
  writeFileSync(join(folder, 'file'), '');
  assert.deepEqual(help({ XDG_CACHE_HOME: join(folder, 'file') }), first, 'no folder can be made');
  assert.deepEqual(
    files().filter((name) => name.includes('-help-')),
    kept,
  );
});
