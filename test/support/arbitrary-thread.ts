import fc from 'fast-check';
import type { TurnId } from '../../src/model/ids.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import { turns } from './arbitrary.ts';
import { call, said } from './fake-store.ts';

const words = ['the', 'parser', 'drops', 'last', 'line', 'zone', 'of', 'station', 'test', 'fails', 'fixed', 'queue', 'redis', '12', '214'];
const sentence = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map((all) => all.join(' '));

const plainPart: fc.Arbitrary<Part> = fc.oneof(
  sentence.map((text) => said(text)),
  fc
    .tuple(fc.constantFrom('npm test', 'git status', 'ls'), fc.constantFrom('ok', 'failed') as fc.Arbitrary<'ok' | 'failed'>)
    .map(([command, status]) => call('Bash', { command }, 'x', status)),
  sentence.map((after) => call('Edit', { file_path: 'src/a.ts', old_string: 'a', new_string: after })),
);

/** A turn of few words, so that two threads have much in common by chance. */
const plainTurn = fc.record({
  id: fc.constantFrom(
    'q7m2k4xw9d3f',
    'h3n8s2c5v7ba',
    'c5v7bah3n8s2',
    'd3fq7m2k4xw9',
    'x1y2z3a4b5c6',
    'z9y8x7w6v5t4',
  ) as fc.Arbitrary<string> as fc.Arbitrary<TurnId>,
  role: fc.constantFrom('user', 'assistant') as fc.Arbitrary<Turn['role']>,
  steps: fc.array(
    fc.array(plainPart, { maxLength: 3 }).map((parts) => ({ parts })),
    { maxLength: 2 },
  ),
});

const thread = fc
  .array(fc.oneof({ weight: 20, arbitrary: plainTurn }, { weight: 1, arbitrary: turns }), { maxLength: 9 })
  .map((all) => all.map((one, at): Turn => ({ parent: null, records: { kept: [], others: [] }, ...one, n: at + 1 })));

/** Two threads with something in common: they begin alike, or share turns here and there. */
export const threads: fc.Arbitrary<[Turn[], Turn[]]> = fc.tuple(thread, thread, thread, fc.boolean()).map(([shared, a, b, behind]) =>
  behind
    ? [
        [...a, ...shared],
        [...b, ...shared],
      ]
    : [
        [...shared, ...a],
        [...shared, ...b],
      ],
);
