import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPlainAscii, overLetters } from '../../src/model/ascii.ts';

const text = fc.string({ unit: fc.constantFrom(...'aZsk09 .!?\t\n\'"(*`', 'ſ', 'K', 'é', '𝒳', '٣'), maxLength: 12 });

test('an expression over letters finds in ASCII what it finds by the properties of Unicode', () => {
  for (const [source, flags] of [
    ['[^\\p{L}\\p{N}]+$', 'i'],
    ["^[\\p{L}' ]{1,4}!", 'i'],
    ['(?<=[.!?])\\s+(?=["\\p{Lu}\\p{N}])', ''],
  ] as const) {
    const over = overLetters(source, flags);
    fc.assert(
      fc.property(text, (candidate) => {
        assert.deepEqual(over(candidate).exec(candidate)?.index, new RegExp(source, `${flags}u`).exec(candidate)?.index);
        assert.equal(over(candidate).unicode, !isPlainAscii(candidate));
      }),
    );
  }
});

test('plain ASCII has no control character but tab and line feed', () => {
  assert.ok(isPlainAscii('a ~\t\n'));
  for (const other of ['\r', '\0', '\x1b', '\x7f', 'é', '\ud800']) assert.ok(!isPlainAscii(`a${other}`));
});
