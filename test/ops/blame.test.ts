import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matcherOf } from '../../src/ops/blame/matcher.ts';
import { type BlameInput, type BlameResult, blame } from '../../src/ops/blame.ts';
import { openContext } from '../../src/ops/context.ts';
import { call, fakeBackend, said, type Told, turn } from '../support/fake-store.ts';
import { fakeHost } from '../support/run.ts';

const write = (path: string, content: string) => call('Write', { file_path: path, content });

const shared = [
  turn('a1a1a1a1a1a1', 1, 'Keep it in a file', 0),
  turn('a2a2a2a2a2a2', 2, [['Into a file.', write('/w/store.ts', 'save()')]], 1),
];
const branched: Told = {
  id: '7qk2m4xw9d',
  title: 'Store',
  branches: {
    main: [
      ...shared,
      turn('b3b3b3b3b3b3', 3, 'Delegate', 10),
      turn('b4b4b4b4b4b4', 4, [['Asking.', { ...call('Task', { prompt: 'look' }, 'It said: use redis'), agents: ['a1b2c3'] }]], 12),
    ],
    other: [
      ...shared,
      turn('c3c3c3c3c3c3', 3, 'use redis', 5),
      turn('c4c4c4c4c4c4', 4, [['  Into a file.', write('/w/src/store.ts', 'x')]], 6),
    ],
  },
  agents: {
    a1b2c3: [turn('d1d1d1d1d1d1', 1, 'look', 12), turn('d2d2d2d2d2d2', 2, [[said('hm', 'thinking')], ['It said: use redis']], 12)],
  },
};
const older: Told = {
  id: '3hs8c5v7ba',
  title: 'Older',
  tool: 'codex',
  branches: { main: [turn('e1e1e1e1e1e1', 1, 'Into a file.', -100), turn('e2e2e2e2e2e2', 2, 'Use redis', -99)] },
};

async function blamed(text: string, input: Partial<BlameInput> = {}): Promise<BlameResult> {
  const context = openContext(fakeHost(), async () => fakeBackend([branched, older]), {});
  return blame(context, { text, revision: '7qk2', all: false, regex: false, ignoreCase: false, ...input });
}

const told = ({ found }: BlameResult) => found.map(({ name, branch, line, part }) => `${name} ${branch} ${part}: ${line.trim()}`);

test('each line is told once, with the turn and branch that said it first', async () => {
  assert.deepEqual(told(await blamed('a file')), ['7qk2m4xw9d@1 main text: Keep it in a file', '7qk2m4xw9d@2 main text: Into a file.']);
  const other = await blamed('file', { revision: '7qk2/other' });
  assert.deepEqual(told(other)[1], '7qk2m4xw9d@2 main text: Into a file.', 'said before the fork: on the branch that was left');
  assert.equal(other.found[1]?.turns, 2);
  assert.deepEqual(told(await blamed('redis', { revision: '7qk2/other' })), ['7qk2m4xw9d/other@3 other text: use redis']);
  assert.deepEqual(told(await blamed('Delegate', { revision: '7qk2@2' })), []);
});

test('a sub-agent says it before the call that started it has its result', async () => {
  assert.deepEqual(told(await blamed('use redis')), ['7qk2m4xw9d@4/a1b2c3@2.2 main text: It said: use redis']);
});

test('over all conversations the oldest turn counts', async () => {
  const { found } = await blamed('Into a file.', { all: true });
  assert.deepEqual(told({ found } as BlameResult), ['3hs8c5v7ba@1 main text: Into a file.']);
  assert.equal(found[0]?.turns, 3);
  const redis = await blamed('use redis', { all: true, ignoreCase: true });
  assert.deepEqual(
    redis.found.map(({ name }) => name),
    ['3hs8c5v7ba@2', '7qk2m4xw9d/other@3', '7qk2m4xw9d@4/a1b2c3@2.2'],
  );
});

test('a path is a file where a turn changed one of that name, else a text', async () => {
  const file = await blamed('store.ts');
  assert.deepEqual([file.kind, told(file)], ['file', ['7qk2m4xw9d@2 main tool-call: /w/store.ts']]);
  assert.deepEqual(told(await blamed('src/', { revision: '7qk2/other' })), ['7qk2m4xw9d/other@4 other tool-call: /w/src/store.ts']);
  assert.equal((await blamed('src/')).kind, 'text');
  const forced = await blamed('store.ts', { kind: 'text' });
  assert.deepEqual([forced.kind, told(forced)], ['text', ['7qk2m4xw9d@2 main tool-call: /w/store.ts']]);
  assert.deepEqual((await blamed('Delegate', { kind: 'file' })).found, []);
});

test('a pattern that backtracks without end is stopped, and said to be at fault', async () => {
  const hopeless: Told = { ...older, branches: { main: [turn('e1e1e1e1e1e1', 1, `${'a'.repeat(60)}!`, 0)] } };
  const context = openContext(fakeHost(), async () => fakeBackend([hopeless]), {});
  const input = { text: '^(a+)+$', revision: '', all: true, regex: true, ignoreCase: false };
  await assert.rejects(blame(context, input), { code: 'pattern-too-slow', data: { turn: 1, conversation: '3hs8c5v7ba' } });
});

test('what is no regular expression is said so', async () => {
  await assert.rejects(blamed('(', { regex: true }), {
    code: 'bad-value',
    message: /"\(" is not a regular expression: Unterminated group$/,
  });
  assert.equal((await blamed('re\\dis|re\\-dis|Into', { regex: true })).found.length, 1);
});

test('a text is found wherever it stands, in the line that it begins in', () => {
  const lines = fc.array(fc.stringMatching(/^[abİ ]{0,6}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(lines, { minLength: 1, maxLength: 3 }),
      fc.stringMatching(/^[abİ]{1,2}$/),
      fc.boolean(),
      (texts, wanted, ignoreCase) => {
        const found = matcherOf({ text: wanted, regex: false, ignoreCase })(texts.map((rows) => rows.join('\n')));
        const has = (row: string) => row.includes(wanted) || (ignoreCase && row.toUpperCase().includes(wanted.toUpperCase()));
        assert.deepEqual(
          found?.map(({ text, line }) => [text, line]),
          texts.flatMap((rows, text) => rows.filter(has).map((row) => [text, row])),
        );
        for (const { line, at, length } of found ?? []) assert.equal(line.slice(at, at + length).toUpperCase(), wanted.toUpperCase());
      },
    ),
  );
  const [both] = matcherOf({ text: 'b\nc', regex: false, ignoreCase: false })(['a\nab\ncd']) ?? [];
  assert.deepEqual([both?.line, both?.at], ['ab', 1]);
});
