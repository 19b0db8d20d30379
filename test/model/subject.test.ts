import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { subjectOf } from '../../src/model/subject.ts';
import { isWeakTitle, titleOf } from '../../src/model/title.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import { runs, turns } from '../support/arbitrary.ts';

function turnOf(role: Turn['role'], parts: Part[], more: Partial<Turn> = {}): Turn {
  return { id: 'q7m2k4xw9d3f' as Turn['id'], parent: null, n: 7, role, steps: [{ parts }], records: { kept: [], others: [] }, ...more };
}

const prompt = (text: string, more: Partial<Turn> = {}) => turnOf('user', [{ kind: 'text', text }], more);
const answer = (text: string) => turnOf('assistant', [{ kind: 'text', text }]);
const call = (name: string): Part => ({ kind: 'tool-call', call: 'c', name, input: {} });

test('the subject of a prompt is its first line that says something', () => {
  const cases: [Turn, string][] = [
    [prompt('Fix the line splitter\n\nIt drops the last line.'), 'Fix the line splitter'],
    [prompt('Hi Claude, can you please fix the splitter?'), 'fix the splitter?'],
    [prompt('hello'), 'hello'],
    [prompt('can you'), 'can you'],
    [
      prompt('2026-02-01T10:00:00 ERROR splitter: lost a line\n    at split (lines.ts:12:3)\nwhy does this happen?'),
      'why does this happen?',
    ],
    [prompt('Error: only a log\n    at x (y.ts:1:2)'), 'Error: only a log'],
    [prompt('\u001b[31mred\u001b[0m alert'), 'red alert'],
    [prompt('<system-reminder>\nbe nice\n</system-reminder>\nPush it to the fork'), 'Push it to the fork'],
    [prompt('Implement the following plan:\n\n# Plan: Read CRLF\n\n- one'), 'Plan: Read CRLF'],
    [prompt('## **Goals** of this'), 'Goals of this'],
    [turnOf('user', [{ kind: 'command', text: '/review src\nmore' }], { kind: 'command' }), '/review src'],
    [turnOf('user', [{ kind: 'command', text: 'git status' }], { kind: 'shell' }), '! git status'],
    [turnOf('user', [{ kind: 'attachment', media: 'image/png', data: new Uint8Array() }]), 'Image'],
    [turnOf('user', [{ kind: 'text', text: '\u0000\u202e \n' }]), 'turn 7'],
    [prompt('x'.repeat(100)), `${'x'.repeat(71)}…`],
    [prompt(`${'word '.repeat(30)}`), `${'word '.repeat(14).trim()}…`],
    [prompt('\u{1f600}'.repeat(100)), `${'\u{1f600}'.repeat(71)}…`],
  ];
  for (const [turn, subject] of cases) assert.equal(subjectOf(turn), subject);
});

test('the subject of an answer is the first sentence of its last text that says something', () => {
  const cases: [Turn, string][] = [
    [
      turnOf('assistant', [
        { kind: 'text', text: 'Let me look.' },
        call('Bash'),
        { kind: 'text', text: 'Fixed in `src/lines.ts`. It works.' },
      ]),
      'Fixed in `src/lines.ts`',
    ],
    [answer('Perfect! The tests pass now. More.'), 'The tests pass now'],
    [answer("You're absolutely right! The cache is stale."), 'The cache is stale'],
    [answer('Done.'), 'Done'],
    [answer('## Summary\n\n**All** tests pass, e.g. the first. Next one.'), 'All tests pass, e.g. the first'],
    [answer('Version 1.10 reads 2.5 MB. Good.'), 'Version 1.10 reads 2.5 MB'],
    [answer('```ts\nconst a = 1;\n```\nThat is the constant.'), 'That is the constant'],
    [answer('## Only a heading'), 'Only a heading'],
    [turnOf('assistant', [call('Edit'), ...Array.from({ length: 5 }, () => call('Bash'))]), '5 Bash, 1 Edit'],
    [turnOf('assistant', [{ kind: 'thinking', text: 'hm' }]), 'turn 7'],
    [turnOf('assistant', []), 'turn 7'],
  ];
  for (const [turn, subject] of cases) assert.equal(subjectOf(turn), subject);
});

test('a subject is one line of 1 to 72 code points without control characters', () => {
  fc.assert(
    fc.property(turns, (turn) => {
      const subject = subjectOf(turn);
      assert.ok(subject !== '' && [...subject].length <= 72, subject);
      assert.doesNotMatch(subject, /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
    }),
    { numRuns: runs },
  );
});

test('long hostile texts take no time', () => {
  const start = performance.now();
  for (const text of [
    '<a>'.repeat(400_000),
    '<bash-x>'.repeat(100_000),
    '**'.repeat(400_000),
    'a. '.repeat(400_000),
    ' '.repeat(1e6),
    '```\n'.repeat(200_000),
    '\u001b['.repeat(400_000),
  ]) {
    subjectOf(prompt(text));
    subjectOf(answer(text));
  }
  assert.ok(performance.now() - start < 2000);
});

test('a title comes from the first prompt that is not weak', () => {
  assert.equal(
    titleOf([prompt('/exit', { kind: 'command' }), prompt('hi'), prompt('Fix the splitter'), prompt('Other')]),
    'Fix the splitter',
  );
  assert.equal(titleOf([prompt('hi'), prompt('commit this')]), 'hi');
  assert.equal(titleOf([prompt('Continued...', { kind: 'compaction' })]), undefined);
  assert.equal(titleOf([]), undefined);
  for (const weak of ['/exit', 'Hi!', 'yes', 'commit this', 'turn 3', 'y', '/model opus']) assert.ok(isWeakTitle(weak), weak);
  for (const strong of ['Fix the splitter', '/review src', 'hi there is a bug']) assert.ok(!isWeakTitle(strong), strong);
});
