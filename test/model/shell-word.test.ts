import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellWord } from '../../src/model/shell-word.ts';

test('a shell takes any word as it was', { skip: process.platform === 'win32' && 'there is no sh' }, () => {
  const word = fc.string({ unit: fc.constantFrom(...'a $`"\'\\;&|<>(){}*?!#~=\n-é'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      const told = spawnSync('sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' });
      assert.deepEqual(told.stdout.split('\0').slice(0, -1), words);
    }),
    { numRuns: 20 },
  );
});

test('a plain one needs no quotes', () => {
  for (const plain of ['7qk2m4xw9d/main@6.3', 'try-redis', '/w/~a=b', '@-1']) assert.equal(shellWord(plain), plain);
});
