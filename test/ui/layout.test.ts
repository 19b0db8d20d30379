import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { count, grouped } from '../../src/model/count.ts';
import { line, lineWidth, render } from '../../src/ui/line.ts';
import { bytes, short } from '../../src/ui/numbers.ts';
import { table } from '../../src/ui/table.ts';
import { ago, duration } from '../../src/ui/time.ts';
import { cut, oneLine, width, wrap } from '../../src/ui/width.ts';

test('width counts columns, not characters', () => {
  const widths: [string, number][] = [
    ['abc', 3],
    ['日本語', 6],
    ['한글', 4],
    ['😀', 2],
    ['é', 1],
    ['e\u0301', 1],
    ['ｱ', 1],
    ['Ａ', 2],
    ['\u001b', 6],
    ['…', 1],
  ];
  for (const [text, columns] of widths) assert.equal(width(text), columns, text);
});

test('the characters that are counted without looking them up take one column each by the tables of Unicode too', () => {
  const narrow = /[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f]/;
  const otherwise = /[\p{Mn}\p{Me}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Emoji_Presentation}\p{Surrogate}]/u;
  for (let code = 0; code < 0x3000; code += 1) {
    const character = String.fromCharCode(code);
    if (narrow.test(character)) assert.deepEqual([width(character), otherwise.test(character)], [1, false], code.toString(16));
  }
});

test('what is cut fits, and what fits is not cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, columns) => {
      const kept = cut(text, columns);
      assert.ok(width(kept) <= columns);
      if (width(text) <= columns) assert.equal(kept, text);
    }),
  );
});

test('wrapping loses no word and keeps lists hanging', () => {
  assert.deepEqual(wrap('- one two three four', 10), ['- one two', '  three', '  four']);
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 4, max: 60 }), (given, columns) => {
      const lines = wrap(given.join(' '), columns);
      assert.deepEqual(lines.join(' ').split(' '), given);
      for (const one of lines) assert.ok(width(one) <= columns || !one.includes(' '));
    }),
  );
});

test('a table is aligned, keeps its width, and leaves empty columns out', () => {
  const rows = [
    [line('a'), line('日本語 wide title that is long'), line(), line('1')],
    [line('bbb'), line('short'), line(), line('200')],
  ];
  const laid = table(rows, [{}, { flexible: true }, {}, { align: 'right' }], 24);
  assert.deepEqual(
    laid.map((one) => render(one, undefined)),
    ['a    日本語 wide t…    1', 'bbb  short           200'],
  );
  for (const one of laid) assert.equal(lineWidth(one), 24);
});

test('numbers, sizes and times read as people write them', () => {
  assert.deepEqual([1, 1234, 1234567].map(grouped), ['1', '1,234', '1,234,567']);
  assert.deepEqual([count(1, 'branch', 'branches'), count(2, 'branch', 'branches')], ['1 branch', '2 branches']);
  assert.deepEqual([0, 999, 1000, 14_249, 167_000, 999_999, 1_300_000].map(short), ['0', '999', '1k', '14.2k', '167k', '1M', '1.3M']);
  assert.deepEqual([812, 23_400, 4_200_000, 1_100_000_000].map(bytes), ['812 B', '23 KB', '4.2 MB', '1.1 GB']);
  assert.deepEqual([400, 74_000, 44 * 60_000, 200 * 60_000, 100 * 3_600_000].map(duration), [
    '0.4s',
    '74s',
    '44 min',
    '3 h 20 min',
    '4 days',
  ]);
  const now = Date.UTC(2026, 1, 12, 12);
  const before = [10, 3 * 60, 2 * 3600, 30 * 3600, 3 * 86_400, 60 * 86_400].map((seconds) => ago(now - seconds * 1000, now));
  assert.deepEqual(before, ['now', '3 min ago', '2 h ago', 'yesterday', '3 days ago', '14 Dec 2025']);
  assert.equal(oneLine(' a\n\tb '), 'a b');
});
