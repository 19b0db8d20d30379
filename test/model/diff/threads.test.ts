import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { budgetOf } from '../../../src/model/diff/budget.ts';
import { diffThreads, type TurnChange } from '../../../src/model/diff/threads.ts';
import type { Turn } from '../../../src/model/turn.ts';
import { runs } from '../../support/arbitrary.ts';
import { threads } from '../../support/arbitrary-thread.ts';
import { call, turn } from '../../support/fake-store.ts';

const sideOf = (rows: readonly TurnChange[], side: 'a' | 'b'): Turn[] =>
  rows.flatMap((row) => (side in row ? [(row as { a: Turn; b: Turn })[side]] : []));
const marks = (rows: readonly TurnChange[]) => rows.map((row) => row.change).join(' ');
const budgets = fc.constantFrom(0, 300, 5000, 1_000_000);

test('the alignment holds every turn of both sides once, in order', () => {
  fc.assert(
    fc.property(threads, budgets, ([a, b], work) => {
      const rows = diffThreads(a, b, budgetOf(work));
      assert.deepEqual(sideOf(rows, 'a'), a);
      assert.deepEqual(sideOf(rows, 'b'), b);
      for (const row of rows) if ('a' in row && 'b' in row) assert.equal(row.a.role, row.b.role);
    }),
    { numRuns: runs / 2 },
  );
});

test('a thread differs from itself in nothing', () => {
  fc.assert(
    fc.property(threads, budgets, ([a], work) => {
      assert.ok(diffThreads(a, a, budgetOf(work)).every(({ change }) => change === 'same'));
    }),
    { numRuns: runs / 2 },
  );
});

/** The rows with the sides changed: between two pairs those of `a` alone come first. */
function mirrored(rows: readonly TurnChange[]): unknown[] {
  const gap: { change: string; turn: Turn }[] = [];
  const all: unknown[] = [];
  const flush = () => {
    all.push(...gap.filter(({ change }) => change === 'removed'), ...gap.filter(({ change }) => change === 'added'));
    gap.length = 0;
  };
  for (const row of rows) {
    if (row.change === 'removed') gap.push({ change: 'added', turn: row.a });
    else if (row.change === 'added') gap.push({ change: 'removed', turn: row.b });
    else {
      flush();
      all.push({ change: row.change, a: row.b, b: row.a, by: row.text?.by, calls: row.calls?.length });
    }
  }
  flush();
  return all;
}

test('changing the sides mirrors the alignment', () => {
  fc.assert(
    fc.property(threads, budgets, ([a, b], work) => {
      const twice = mirrored(diffThreads(a, b, budgetOf(work)));
      const shape = diffThreads(b, a, budgetOf(work)).map((row) => {
        if (row.change === 'removed') return { change: row.change, turn: row.a };
        if (row.change === 'added') return { change: row.change, turn: row.b };
        return { change: row.change, a: row.a, b: row.b, by: row.text?.by, calls: row.calls?.length };
      });
      assert.deepEqual(shape, twice);
    }),
    { numRuns: runs / 2 },
  );
});

const bash = (command: string, status: 'ok' | 'failed') => call('Bash', { command }, 'x', status);

test('the same question asked of two tools stands together, whatever was answered', () => {
  const a = [
    turn('h3n8s2c5v7ba', 1, 'Why does the parser drop the last line?', 0),
    turn('q7m2k4xw9d3f', 2, [[bash('npm test', 'failed'), 'It flushes too early.']], 1),
    turn('c5v7bah3n8s2', 3, 'commit this', 2),
    turn('d3fq7m2k4xw9', 4, 'Committed.', 3),
  ];
  const b = [
    turn('x1y2z3a4b5c6', 1, 'why does the parser drop the last line', 0),
    turn(
      'z9y8x7w6v5t4',
      2,
      [[call('exec_command', { cmd: 'cd /w && npm test' }, 'x', 'failed'), 'The splitter loses what has no newline.']],
      1,
    ),
  ];
  const rows = diffThreads(a, b);
  assert.equal(marks(rows), 'alike changed removed removed');
  assert.deepEqual(
    rows[1]?.calls?.map(({ change, differs }) => [change, differs]),
    [['changed', ['name', 'arguments']]],
  );
});

test('prompts that ask for something else do not stand together', () => {
  const ask = (id: string, text: string) => [turn(id, 1, text, 0), turn(`${id.slice(1)}0`, 2, 'Done.', 1)];
  const rows = diffThreads(
    ask('h3n8s2c5v7ba', 'Guess it from the longitude then'),
    ask('q7m2k4xw9d3f', 'No guessing. Refuse a station without a zone'),
  );
  assert.equal(marks(rows), 'removed removed added added');
});

test('an edited turn stands beside what it was, an inserted exchange alone', () => {
  const a = [
    turn('h3n8s2c5v7ba', 1, 'one', 0),
    turn('q7m2k4xw9d3f', 2, 'first answer', 1),
    turn('c5v7bah3n8s2', 3, 'two', 2),
    turn('d3fq7m2k4xw9', 4, 'second', 3),
  ];
  const b = [
    a[0],
    turn('q7m2k4xw9d3f', 2, 'first answer, corrected', 1),
    turn('x1y2z3a4b5c6', 3, 'in between', 2),
    turn('z9y8x7w6v5t4', 4, 'yes', 2),
    a[2],
    a[3],
  ];
  assert.equal(
    marks(
      diffThreads(
        a,
        b.flatMap((one) => one ?? []),
      ),
    ),
    'same changed added added same same',
  );
});

test('calls are compared by name, arguments and outcome', () => {
  const edit = (path: string, after: string) => call('Edit', { file_path: path, old_string: 'a\n', new_string: after });
  const a = [
    turn('h3n8s2c5v7ba', 1, 'fix', 0),
    turn('q7m2k4xw9d3f', 2, [[bash('npm test', 'failed'), edit('src/a.ts', 'b\n'), bash('npm test', 'ok'), bash('git push', 'ok')]], 1),
  ];
  const b = [
    turn('h3n8s2c5v7ba', 1, 'fix', 0),
    turn('z9y8x7w6v5t4', 2, [[bash('npm test', 'failed'), edit('src/a.ts', 'c\n'), bash('npm test', 'failed')]], 1),
  ];
  const rows = diffThreads(a, b);
  assert.deepEqual(
    rows[1]?.calls?.map(({ change, differs }) => [change, differs]),
    [
      ['same', []],
      ['changed', ['arguments']],
      ['changed', ['outcome']],
      ['removed', []],
    ],
  );
});

test('the work for long threads is bounded, however much differs in them', () => {
  const words = (seed: number) => Array.from({ length: 60 }, (_, at) => `word${(seed * 31 + at * 7) % 997}`).join(' ');
  const idOf = (n: number) => `${n}`.padStart(12, '0');
  const thread = (length: number, seed: number) =>
    Array.from({ length }, (_, at) => turn(idOf(seed * 100_000 + at), at + 1, words(seed * 5000 + at), at));
  const cases: [number, number][] = [
    [500, 500],
    [6000, 5000],
  ];
  for (const [long, short] of cases) {
    const [a, b] = [thread(long, 1), thread(short, 2)];
    const budget = budgetOf();
    const rows = diffThreads(a, b, budget);
    assert.ok(budget.left >= 0, 'no more is done than the budget allows');
    assert.deepEqual([sideOf(rows, 'a').length, sideOf(rows, 'b').length], [long, short]);
  }
});

test('where pairing all is too much work, turns that stand once in both sides are found', () => {
  const ask = (id: string, n: number, text: string) => turn(id, n, text, n);
  const a = [ask('h3n8s2c5v7ba', 1, 'one'), ask('q7m2k4xw9d3f', 3, 'two'), ask('c5v7bah3n8s2', 5, 'three')];
  const b = [ask('x1y2z3a4b5c6', 1, 'zero'), ask('z9y8x7w6v5t4', 3, 'two'), ask('d3fq7m2k4xw9', 5, 'four'), ask('r1r1r1r1r1r1', 7, 'five')];
  assert.equal(marks(diffThreads(a, b, budgetOf(0))), 'removed added same removed added added');
});
