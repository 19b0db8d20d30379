import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { branchNameFault, isBranchName } from '../../src/model/branch-name.ts';
import { base32, hash } from '../../src/model/hash.ts';
import * as ids from '../../src/model/ids.ts';
import { readPrinted } from '../../src/model/printed-yaml.ts';
import { defaultProfile, meet, parseProfile, printProfile } from '../../src/model/profile.ts';
import { le, parseRecords, printRecords } from '../../src/model/records.ts';
import { hostileText, runs } from '../support/arbitrary.ts';

const tool = ids.readToolId('claude-code');

/** Base 32 by big integers: another way to the same digits. */
function reference(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => '0123456789abcdefghjkmnpqrstvwxyz'[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

test('H is Crockford base32 of sha256 of the parts joined by NUL', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => assert.equal(base32(bytes), reference(bytes))));
  const digest = createHash('sha256').update('turn\0codex\0ä').digest();
  assert.equal(hash('turn', 'codex', 'ä'), reference(digest));
  assert.equal(hash('').length, 52);
});

test('ids of the format never change', () => {
  assert.ok(tool);
  const turn = ids.turnId(tool, '8a83474a-d642-4830-8226-a904bf718ab5', 'user');
  const other = ids.turnId(tool, '8a83474a-d642-4830-8226-a904bf718ab5', 'assistant');
  const all = {
    conversation: ids.conversationId(tool, 'origin'),
    long: ids.conversationId(tool, 'origin', 16),
    turn,
    other,
    text: ids.textTurnId(null, 'user', 'hi'),
    fork: ids.forkId(turn, 3),
    pick: ids.pickId(turn, other),
    edit: ids.editId(turn, 'body\n'),
    revert: ids.revertId(turn, null),
    merge: ids.mergeId(turn, other, 'body\n'),
  };
  assert.deepEqual(all, {
    conversation: hash('claude-code', 'origin').slice(0, 10),
    long: hash('claude-code', 'origin').slice(0, 16),
    turn: hash('turn', 'claude-code', '8a83474a-d642-4830-8226-a904bf718ab5', 'user').slice(0, 12),
    other: hash('turn', 'claude-code', '8a83474a-d642-4830-8226-a904bf718ab5', 'assistant').slice(0, 12),
    text: hash('turn', '', 'user', 'hi').slice(0, 12),
    fork: hash('fork', turn, '3').slice(0, 12),
    pick: hash('pick', turn, other).slice(0, 12),
    edit: hash('edit', turn, 'body\n').slice(0, 12),
    revert: hash('revert', turn, '').slice(0, 12),
    merge: hash('merge', turn, other, 'body\n').slice(0, 12),
  });
  for (const id of Object.values(all).slice(2)) assert.equal(ids.readTurnId(id), id);
  assert.equal(ids.readConversationId(all.conversation), all.conversation);
  assert.equal(ids.readConversationId(all.long), all.long);
});

test('ids from outside are checked', () => {
  for (const bad of ['', '../../../etc', 'q7m2k4xw9d3', 'q7m2k4xw9d3f4', 'Q7M2K4XW9D3F', 'il0u', 'q7m2k4xw9d3u', 'q7m2k4xw9d3f\n']) {
    assert.equal(ids.readTurnId(bad), undefined);
    assert.equal(ids.readConversationId(bad), undefined);
  }
  for (const bad of ['', '-a', 'a-', 'A', 'a/b', 'a--b', '1a', 'a'.repeat(33), 'a\n']) assert.equal(ids.readToolId(bad), undefined);
  fc.assert(
    fc.property(hostileText, (text) => assert.match(ids.pathSafe(text), /^[a-z0-9-]{1,64}$/)),
    { numRuns: runs },
  );
  assert.equal(ids.pathSafe('a-1'), 'a-1');
  assert.equal(ids.pathSafe('A'), createHash('sha256').update('A').digest('hex').slice(0, 16));
});

test('branch names', () => {
  for (const name of ['main', 'main-2', '0', 'a.b_c-d', 'a'.repeat(64), 'constructor']) assert.ok(isBranchName(name), name);
  for (const name of [
    '',
    'A',
    '-a',
    '.a',
    '_a',
    'a/b',
    'a..b',
    'a.lock',
    'a.',
    'a b',
    'a\n',
    'ä',
    '__proto__',
    'a'.repeat(65),
    'HEAD',
    '@{1}',
    'a~1',
  ]) {
    assert.ok(!isBranchName(name), name);
    assert.match(branchNameFault(name) ?? '', /^a branch name/);
  }
});

test('a records line reads back as it was', () => {
  const list = fc.array(fc.oneof(fc.stringMatching(/^[0-9a-f]{8}$/), hostileText), { maxLength: 5 });
  fc.assert(
    fc.property(list, list, (kept, others) => {
      const line = printRecords({ kept, others });
      assert.deepEqual(parseRecords(line), { kept, others });
      assert.doesNotMatch(line.slice(4, -3), /\n|-->/);
    }),
    { numRuns: runs },
  );
  assert.equal(printRecords({ kept: ['4fd1a09c', '77be02d1'], others: ['0c9e41aa'] }), '<!-- records 4fd1a09c 77be02d1 + 0c9e41aa -->');
  assert.equal(parseRecords('<!-- recordsx -->'), undefined);
  assert.equal(parseRecords('<!-- records a'), undefined);
});

test('le is the order of sync.md', () => {
  const line = (...turns: [string, string][]) => turns.map(([turn, kept]) => ({ turn, kept: [...kept] }));
  const ab = line(['a', 'xy'], ['b', 'z']);
  assert.ok(le([], ab));
  assert.ok(le(ab, ab));
  assert.ok(le(line(['a', 'x']), ab));
  assert.ok(le(line(['a', 'xy']), ab));
  assert.ok(!le(ab, line(['a', 'xy'])));
  assert.ok(!le(line(['a', 'x'], ['b', 'z']), ab));
  assert.ok(!le(line(['a', 'xyz']), ab));
  assert.ok(!le(line(['a', 'y']), ab));
  assert.ok(!le(line(['c', 'xy']), ab));
  const lines = fc
    .array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('', 'x', 'xy')), { maxLength: 3 })
    .map((turns) => line(...turns));
  fc.assert(
    fc.property(lines, lines, lines, (a, b, c) => {
      if (le(a, b) && le(b, a)) assert.deepEqual(a, b);
      if (le(a, b) && le(b, c)) assert.ok(le(a, c));
    }),
    { numRuns: runs },
  );
});

test('a profile reads back as it was', () => {
  assert.deepEqual(parseProfile(''), defaultProfile);
  assert.deepEqual(parseProfile(printProfile(defaultProfile)), defaultProfile);
  const profile = {
    ...defaultProfile,
    importers: { codex: 2, 'claude-code': 1 },
    epoch: 3,
    patterns: ['a: b', 'no'],
    extra: [['later', '{a: 1}']] as [string, string][],
  };
  assert.deepEqual(parseProfile(printProfile(profile)), profile);
  assert.equal(
    printProfile(profile),
    'convo: 1\nsegmentation: 1\nlimits: {inline: 8192, page: 262144, head: 12, tail: 6}\nimporters: {claude-code: 1, codex: 2}\nepoch: 3\npatterns:\n  - "a: b"\n  - "no"\nlater: {a: 1}\n',
  );
  assert.ok(readPrinted(printProfile({ ...profile, patterns: [] })), 'read without YAML, which every change would have to load');
  assert.equal(parseProfile('convo: 2\n').format, 2);
  assert.deepEqual(meet({ ...profile, epoch: 9 }, { ...defaultProfile, patterns: ['c'] }), {
    ...defaultProfile,
    epoch: 9,
    patterns: ['a: b', 'c', 'no'],
  });
  for (const bad of ['convo: x\n', 'limits: 3\n', 'patterns: {a: b}\n', 'a: &a b\n', 'importers: {codex: no}\n'])
    assert.throws(() => parseProfile(bad), { code: 'bad-page' });
});
