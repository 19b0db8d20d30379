import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TurnId } from '../../src/model/ids.ts';
import { cleanName, cleanSubject, commitText, commitTime, encodeCommit, plainText, trailer } from '../../src/store/commit.ts';
import { decodeCommit, emptyTree, objectId } from '../../src/store/objects.ts';
import { hostile, times } from './hostile.ts';
import { fsck, git, temporaryFolder } from './sandbox.ts';

const turn = 'q7m2k4h3n8s2' as TurnId;

test('names and subjects are clean, short, stable and never end in what git strips', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const cleaned of [cleanName(text), cleanSubject(text)]) {
        assert.ok(!/[\p{Cc}<>\ud800-\udfff]/u.test(cleaned));
        assert.ok(!/^[ .,:;"'`]|[ .,:;"'`]$/.test(cleaned));
        assert.equal(cleaned.normalize('NFC'), cleaned);
      }
      assert.ok(Buffer.byteLength(cleanName(text)) <= 64);
      assert.ok([...cleanSubject(text)].length <= 72);
      assert.equal(cleanName(cleanName(text)), cleanName(text));
      assert.equal(cleanSubject(cleanSubject(text)), cleanSubject(text));
    }),
    { numRuns: 2_000 },
  );
});

test('names and subjects by example', () => {
  assert.equal(cleanName('<synthetic>'), 'synthetic');
  assert.equal(cleanName('é'.repeat(40)), 'é'.repeat(32));
  assert.equal(cleanName(`${'a'.repeat(63)} b`), 'a'.repeat(63));
  assert.equal(cleanName('e\u0007\u0301'), 'é');
  assert.equal(cleanName('x\u037e'), 'x');
  assert.equal(cleanName('\ud800'), '\ufffd');
  assert.equal(cleanSubject(' "Fix <div>." '), 'Fix div');
  assert.equal([...cleanSubject('🙂'.repeat(100))].length, 72);
});

test("times outside 1970-2099 become the parent's", () => {
  assert.equal(commitTime('2026-01-02T03:04:05.999Z', 7), 1767323045);
  assert.equal(commitTime('1970-01-01T00:00:00Z', 7), 0);
  assert.equal(commitTime('1969-12-31T23:59:59Z', 7), 7);
  assert.equal(commitTime('2099-12-31T23:59:59.9Z', 7), 4102444799);
  assert.equal(commitTime('2100-01-01T00:00:00Z', 7), 7);
  assert.equal(commitTime('nonsense', undefined), 0);
  assert.equal(commitTime(undefined, undefined), 0);
});

test("the bytes of a turn's commit are those of format.md 5", () => {
  const text = commitText({ turn, n: 3, role: 'assistant', model: 'claude-x', subject: 'Fixed it.', time: '2026-01-02T03:04:05Z' });
  assert.equal(
    Buffer.from(encodeCommit(emptyTree, [], text)).toString(),
    `tree ${emptyTree}\nauthor claude-x <convo@localhost> 1767323045 +0000\ncommitter convo <convo@localhost> 1767323045 +0000\n\nFixed it\n\nConvo-Turn: ${turn}\nConvo-Role: assistant\n`,
  );
  const bare = commitText({ turn, n: 3, role: 'assistant', model: '<>', subject: '\n', parentTime: 9 });
  assert.deepEqual([bare.author, bare.time, bare.message.split('\n')[0]], ['assistant', 9, 'turn 3']);
  assert.equal(commitText({ turn, n: 3, role: 'user', model: 'x', subject: 's' }).author, 'user');
  assert.equal(trailer(text.message, 'Convo-Turn'), turn);
  assert.equal(
    trailer(
      plainText('Join', 1, [
        ['Convo-Join', 'abc'],
        ['Empty', ' '],
      ]).message,
      'Convo-Join',
    ),
    'abc',
  );
  assert.equal(trailer(plainText('Catalogue', 1).message, 'Convo-Turn'), undefined);
  assert.equal(plainText('Catalogue', 1).message, 'Catalogue\n');
});

test('texts that were not cleaned are refused', () => {
  for (const author of ['', 'a\nb', 'a<b', ' a', 'a\0'])
    assert.throws(() => encodeCommit(emptyTree, [], { author, time: 1, message: 'm\n' }), TypeError);
  for (const time of [-1, 1.5, Number.NaN, 5e9])
    assert.throws(() => encodeCommit(emptyTree, [], { author: 'a', time, message: 'm\n' }), TypeError);
  for (const message of ['', 'm', 'a\0\n']) assert.throws(() => encodeCommit(emptyTree, [], { author: 'a', time: 1, message }), TypeError);
});

test('git commit-tree makes the same commit of the same fields, and fsck --strict accepts it', (t) => {
  const gitdir = join(temporaryFolder(t), 'r.git');
  git(gitdir, ['init', '-q', '--bare']);
  git(gitdir, ['hash-object', '-w', '-t', 'tree', '--stdin'], '');
  fc.assert(
    fc.property(hostile, hostile, times, (model, subject, time) => {
      const text = commitText({ turn, n: 1, role: 'assistant', model, subject, time });
      const content = encodeCommit(emptyTree, [], text);
      const oid = objectId('commit', content);
      assert.deepEqual(decodeCommit(content), {
        tree: emptyTree,
        parents: [],
        author: text.author,
        time: text.time,
        message: text.message,
      });
      assert.equal(git(gitdir, ['hash-object', '-w', '-t', 'commit', '--stdin'], content).trim(), oid);
      assert.equal(commitTree(gitdir, text.author, text.time, text.message), oid);
    }),
    { numRuns: 60 },
  );
  assert.equal(fsck(gitdir), '');
});

function commitTree(gitdir: string, author: string, time: number, message: string): string {
  const person = (kind: string, name: string) => ({
    [`GIT_${kind}_NAME`]: name,
    [`GIT_${kind}_EMAIL`]: 'convo@localhost',
    [`GIT_${kind}_DATE`]: `@${time} +0000`,
  });
  const run = spawnSync('git', ['--git-dir', gitdir, 'commit-tree', emptyTree], {
    input: message,
    env: { PATH: process.env.PATH, HOME: gitdir, ...person('AUTHOR', author), ...person('COMMITTER', 'convo') },
  });
  return run.stdout.toString().trim() || run.stderr.toString();
}
