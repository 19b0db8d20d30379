import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countTokens as countedElsewhere } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens } from '../../../src/model/tokens/o200k.ts';
import { hostileText, runs } from '../../support/arbitrary.ts';

const elsewhere = (text: string) => countedElsewhere(text, { disallowedSpecial: new Set() });

test('tokens are counted as the library counts them, whatever the text', () => {
  // It takes the mark of the order of bytes for nothing when it looks for a token, which the vocabulary holds.
  const fit = (text: string) => text.replaceAll('\ufeff', '');
  const letters = fc.string({ unit: fc.constantFrom(...'abeinorst ETAN的是不😀é\n\t =-_/'), maxLength: 120 });
  fc.assert(
    fc.property(fc.oneof(hostileText, letters), (text) => assert.equal(countTokens(fit(text)), elsewhere(fit(text)))),
    { numRuns: runs },
  );
});

test('known counts, special words as text', () => {
  assert.deepEqual(['', 'hello world', '<|endoftext|>', '\ud800', 'x'.repeat(3000)].map(countTokens), [
    0,
    2,
    ...['<|endoftext|>', '\ud800', 'x'.repeat(3000)].map(elsewhere),
  ]);
});

test('a megabyte without a space is counted in seconds', () => {
  const before = performance.now();
  for (const unit of ['a', '😀', ' ', '\n', '=', '的']) countTokens(unit.repeat(100_000));
  const seconds = (performance.now() - before) / 1000;
  assert.ok(seconds < 10, `${seconds} s`);
});
