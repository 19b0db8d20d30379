import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Figure, keeps, median, table } from '../../bench/figure.ts';
import { ratios } from '../../bench/measure.ts';
import { readOptions } from '../../bench/options.ts';

const figure = (value: number, budget: Partial<Figure> = {}): Figure => ({
  ...{ scenario: 'import', on: 'x', name: 'y', value, unit: 'x' },
  ...budget,
});

test('a figure keeps its budget up to the bound itself, and one without a budget has no verdict', () => {
  assert.deepEqual(
    [4, 4.01].map((value) => keeps(figure(value, { most: 4 }))),
    [true, false],
  );
  assert.deepEqual(
    [25, 24.9].map((value) => keeps(figure(value, { least: 25 }))),
    [true, false],
  );
  assert.equal(keeps(figure(1)), undefined);
  assert.equal(keeps(figure(Number.NaN, { most: 4 })), false);
});

test('the median is the middle, and ratios are taken round by round', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 2, 4, 100]), 3);
  assert.throws(() => median([]));
  assert.deepEqual(ratios([10, 40], [5, 10]), [2, 4]);
});

test('the table says which figures are over', () => {
  const lines = table([figure(3, { most: 4 }), figure(5, { most: 4 })]).split('\n');
  assert.match(lines[1] ?? '', /3 x +<= 4 x +ok$/);
  assert.match(lines[2] ?? '', /5 x +<= 4 x +over$/);
});

test('options that cannot be understood are refused', () => {
  assert.throws(() => readOptions(['--size', '7']));
  assert.throws(() => readOptions(['--only', 'nothing']));
  assert.throws(() => readOptions(['--rounds', '0']));
  const options = readOptions(['--size', 'all', '--only', 'start', '--only', 'space']);
  assert.deepEqual(options !== 'help' && [options.sizes, options.only], [
    [200, 2000, 10_000],
    ['start', 'space'],
  ]);
});
