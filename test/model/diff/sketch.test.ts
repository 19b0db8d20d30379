import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { likeness, sketchOf } from '../../../src/model/diff/sketch.ts';

const word = fc.integer({ min: 0, max: 400 }).map((n) => `w${n}`);
const few = fc.array(word, { maxLength: 100 });
const many = fc.array(word, { maxLength: 900, size: 'max' });

/** Dice over the words themselves. */
function dice(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [new Set(a), new Set(b)];
  if (left.size === 0 || right.size === 0) return left.size === right.size ? 1 : 0;
  return (2 * [...left].filter((one) => right.has(one)).length) / (left.size + right.size);
}

test('of few words the likeness is exact', () => {
  fc.assert(
    fc.property(few, few, (a, b) => {
      assert.ok(Math.abs(likeness(sketchOf(a.join(' ')), sketchOf(b.join(', ').toUpperCase())) - dice(a, b)) < 1e-9);
    }),
  );
});

test('of many words it is near, the same from both sides, and 1 for the same text', () => {
  fc.assert(
    fc.property(fc.oneof(few, many), many, (a, b) => {
      const [left, right] = [sketchOf(a.join(' ')), sketchOf(b.join(' '))];
      assert.equal(likeness(left, right), likeness(right, left));
      assert.ok(Math.abs(likeness(left, right) - dice(a, b)) < 0.35);
      assert.equal(likeness(left, left), 1);
    }),
  );
});
