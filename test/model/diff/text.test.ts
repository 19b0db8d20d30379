import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Budget, budgetOf, defaultWork } from '../../../src/model/diff/budget.ts';
import { diffText, type Piece, type TextDiff } from '../../../src/model/diff/text.ts';
import { hostileText, runs } from '../../support/arbitrary.ts';

const side = ({ pieces }: TextDiff, without: '+' | '-') => pieces.flatMap(([mark, text]) => (mark === without ? [] : [text])).join('');
const swapped = { '=': '=', '-': '+', '+': '-' } as const;

const text = fc.oneof(
  hostileText,
  fc
    .array(fc.constantFrom('the', 'parser', 'drops', 'a', 'line', '\n', '.', ',', '日', '😀', '\ud800', '\r\n'), { maxLength: 40 })
    .map((words) => words.join(' ')),
);

test('a text diff holds both texts, and nothing twice', () => {
  fc.assert(
    fc.property(text, text, fc.constantFrom(0, 50, 400, defaultWork), (a, b, work) => {
      const diff = diffText(a, b, budgetOf(work));
      assert.equal(side(diff, '+'), a);
      assert.equal(side(diff, '-'), b);
      assert.ok(diff.pieces.every(([, piece]) => piece !== ''));
      for (const [at, [mark]] of diff.pieces.entries())
        assert.ok(!(mark === '-' && diff.pieces[at - 1]?.[0] === '+'), 'a - stands before its +');
    }),
    { numRuns: runs },
  );
});

test('changing the sides changes the marks, and nothing else', () => {
  fc.assert(
    fc.property(text, text, fc.constantFrom(0, 50, 400, defaultWork), (a, b, work) => {
      const [one, other] = [diffText(a, b, budgetOf(work)), diffText(b, a, budgetOf(work))];
      assert.equal(one.by, other.by);
      const marks = (mark: Piece[0]) => one.pieces.filter((piece) => piece[0] === mark).map((piece) => piece[1]);
      for (const mark of ['=', '-', '+'] as const) {
        assert.deepEqual(
          marks(mark),
          other.pieces.filter((piece) => piece[0] === swapped[mark]).map((piece) => piece[1]),
        );
      }
    }),
    { numRuns: runs },
  );
});

test('a text differs from itself in nothing', () => {
  fc.assert(
    fc.property(text, (one) => {
      assert.ok(diffText(one, one, budgetOf(0)).pieces.every(([mark]) => mark === '='));
    }),
    { numRuns: runs },
  );
});

test('words that changed together are one change', () => {
  const cases: [string, string, Piece[]][] = [
    [
      'The parser drops the last line.',
      'The parser keeps the last line.',
      [
        ['=', 'The parser '],
        ['-', 'drops'],
        ['+', 'keeps'],
        ['=', ' the last line.'],
      ],
    ],
    [
      'All 12 tests pass now',
      'All 14 checks pass now',
      [
        ['=', 'All '],
        ['-', '12 tests'],
        ['+', '14 checks'],
        ['=', ' pass now'],
      ],
    ],
    [
      'fix the queue',
      'fix the queue please',
      [
        ['=', 'fix the queue'],
        ['+', ' please'],
      ],
    ],
    ['', 'new', [['+', 'new']]],
    [
      '東京の時刻',
      '京都の時刻',
      [
        ['-', '東京'],
        ['+', '京都'],
        ['=', 'の時刻'],
      ],
    ],
  ];
  for (const [a, b, pieces] of cases) assert.deepEqual(diffText(a, b, budgetOf()).pieces, pieces);
});

test('texts that have nothing in common are replaced whole', () => {
  const diff = diffText('Guess the zone from its longitude then', 'Nobody wanted redis here after all', budgetOf());
  assert.deepEqual(diff, {
    by: 'whole',
    pieces: [
      ['-', 'Guess the zone from its longitude then'],
      ['+', 'Nobody wanted redis here after all'],
    ],
  });
});

/** Text of so many bytes from a vocabulary, different for each seed. */
function prose(bytes: number, seed: number, vocabulary = 5000): string {
  let state = seed;
  const written: string[] = [];
  for (let length = 0; length < bytes; length += written.at(-1)?.length ?? 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    written.push(`word${state % vocabulary}${state % 17 === 0 ? '.\n' : ' '}`);
  }
  return written.join('');
}

test('the work for texts of 1 MB is bounded, however they differ', () => {
  const megabyte = 1_000_000;
  const one = prose(megabyte, 1);
  const cases = [
    [one, prose(megabyte, 2)],
    [one, prose(megabyte, 3, 40)],
    ['x '.repeat(megabyte / 2), 'y '.repeat(megabyte / 2)],
    [one, [...one.split(' ')].reverse().join(' ')],
  ] as const;
  for (const [a, b] of cases) {
    const budget: Budget = budgetOf();
    const diff = diffText(a, b, budget);
    assert.ok(budget.left >= 0, 'no more is done than the budget allows');
    assert.equal(side(diff, '+'), a);
    assert.equal(side(diff, '-'), b);
  }
});

test('a few changed words in 1 MB are found as words', () => {
  const one = prose(1_000_000, 1);
  const other = one.replace('word', 'WORD').replace(/word4999 /g, 'gone ');
  assert.equal(diffText(one, other, budgetOf()).by, 'words');
});
