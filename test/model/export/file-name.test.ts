import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fileName, fileNames } from '../../../src/model/export/file-name.ts';
import { hostileText, runs } from '../../support/arbitrary.ts';

const anyText = fc.oneof(
  hostileText,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('CON', 'aux.txt', 'NUL', 'Com1', 'a.', '..', '.git', 'ﬀ', 'İ', 'ß'),
);

test('a name is one that every system takes', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('start', 'tail'), (text, end) => {
      const name = fileName(text, end as 'start' | 'tail');
      assert.ok(Buffer.byteLength(name) <= 42, name);
      assert.match(name, /^(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}.-]*[\p{L}\p{M}\p{N}])?_?)?$/u);
      assert.doesNotMatch(name, /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
      assert.equal(name, name.normalize('NFC'));
      assert.doesNotMatch(name, /\.\./);
    }),
    { numRuns: runs },
  );
});

test('known names', () => {
  const names = [
    'Fix the line splitter!',
    '/home/ada/My Notes',
    'github.com/org/app',
    'CON',
    'nul.txt',
    '.git',
    '日本語の題',
    'Ünïcode',
    '???',
    'a. .b',
  ];
  assert.deepEqual(
    names.map((name) => fileName(name)),
    ['fix-the-line-splitter', 'home-ada-my-notes', 'github.com-org-app', 'con_', 'nul-txt_', 'git', '日本語の題', 'ünïcode', '', 'a.-.b'],
  );
  assert.equal(fileName('Inspect the normalization shard and report only evidence'), 'inspect-the-normalization-shard-and');
  assert.equal(fileName('/Users/soph/cli/.worktrees/soph/fix-session-date-change-bug', 'tail'), 'soph-fix-session-date-change-bug');
  assert.equal(fileName(`a ${'x'.repeat(60)}`), `a-${'x'.repeat(38)}`);
  assert.equal(fileName('/home/ada/work/a/very/long/way/to/the/project', 'tail'), 'ada-work-a-very-long-way-to-the-project');
});

test('no system takes two of the names for one', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 12 }), (texts) => {
      const names = fileNames([...texts, ...texts.map((text) => text.toUpperCase())], 'unnamed');
      const seen = [...names.values()].map((name) => name.normalize('NFD').toLowerCase());
      assert.equal(new Set(seen).size, names.size, JSON.stringify([...names]));
      assert.ok([...names.values()].every((name) => name !== ''));
    }),
    { numRuns: runs },
  );
});
