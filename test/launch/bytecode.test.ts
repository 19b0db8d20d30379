import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cacheFolder, readBytecode, type User, writeBytecode } from '../../src/launch/bytecode.ts';

const bytes = Buffer.from('bytecode of a module');

function user(t: TestContext): User {
  const home = mkdtempSync(join(tmpdir(), 'convo-bytecode-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return { env: {}, platform: process.platform, home, uid: process.geteuid?.(), pid: process.pid };
}

function kept(t: TestContext) {
  const owner = user(t);
  const path = join(cacheFolder(owner), 'one.bin');
  writeBytecode(path, () => bytes, owner);
  return { owner, path };
}

test('bytecode comes back as it was written, in a file and folder of its user alone', (t) => {
  const { owner, path } = kept(t);
  assert.deepEqual(Buffer.from(readBytecode(path, owner) ?? []), bytes);
  assert.deepEqual(readdirSync(dirname(path)), ['one.bin']);
  if (process.platform === 'win32') return;
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
});

test('a file that is changed, cut or empty is none', (t) => {
  const { owner, path } = kept(t);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x40, at);
    writeFileSync(path, changed);
    assert.equal(readBytecode(path, owner), undefined, `byte ${at}`);
    writeFileSync(path, whole.subarray(0, at));
    assert.equal(readBytecode(path, owner), undefined, `${at} bytes`);
  }
});

test('a file that others could have written or read, or that is a link, is not run', { skip: process.platform === 'win32' }, (t) => {
  const { owner, path } = kept(t);
  for (const mode of [0o620, 0o602, 0o640, 0o604]) {
    chmodSync(path, mode);
    assert.equal(readBytecode(path, owner), undefined, mode.toString(8));
  }
  chmodSync(path, 0o600);
  assert.equal(readBytecode(path, { ...owner, uid: (owner.uid ?? 0) + 1 }), undefined, 'of another user');
  const link = `${path}.link`;
  symlinkSync(path, link);
  assert.equal(readBytecode(link, owner), undefined, 'a link');
});

test('nothing is made or written where others could change it, or where nothing can be written', {
  skip: process.platform === 'win32',
}, (t) => {
  const { owner, path } = kept(t);
  const other = join(dirname(path), 'two.bin');
  let made = 0;
  const make = () => {
    made += 1;
    return bytes;
  };
  chmodSync(dirname(path), 0o770);
  writeBytecode(other, make, owner);
  chmodSync(dirname(path), 0o700);
  writeBytecode(other, make, { ...owner, uid: (owner.uid ?? 0) + 1 });
  const file = join(owner.home, 'file');
  writeFileSync(file, '');
  writeBytecode(join(file, 'convo', 'two.bin'), make, owner);
  assert.equal(made, 0);
  assert.equal(existsSync(other), false);
});

test('the oldest files go when there are too many', (t) => {
  const { owner, path } = kept(t);
  for (let k = 0; k < 70; k += 1) {
    const one = join(dirname(path), `${k}.bin`);
    writeBytecode(one, () => bytes, owner);
    utimesSync(one, 1000 + k, 1000 + k);
  }
  utimesSync(path, 1, 1);
  writeBytecode(join(dirname(path), 'last.bin'), () => bytes, owner);
  const left = readdirSync(dirname(path));
  assert.equal(left.length, 64);
  assert.ok(left.includes('last.bin') && left.includes('69.bin') && !left.includes('one.bin') && !left.includes('0.bin'));
});

test('the folder is that of the platform; a relative $XDG_CACHE_HOME does not count', () => {
  const on = (platform: string, env: User['env'] = {}) => cacheFolder({ env, platform, home: '/home/a', uid: 1, pid: 1 });
  assert.equal(on('linux'), '/home/a/.cache/convo');
  assert.equal(on('linux', { XDG_CACHE_HOME: '/c' }), '/c/convo');
  assert.equal(on('linux', { XDG_CACHE_HOME: 'c' }), '/home/a/.cache/convo');
  assert.equal(on('darwin'), '/home/a/Library/Caches/convo');
});
