import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commandRunsOf, isCheck, plainCommand } from '../../../src/model/notes/command-runs.ts';
import { notesOf } from '../../../src/model/notes/notes.ts';
import { questionsIn, toldIn } from '../../../src/model/notes/said.ts';
import type { Part } from '../../../src/model/turn.ts';
import { runs, turns } from '../../support/arbitrary.ts';
import { call, said, turn } from '../../support/fake-store.ts';

test('a command is told without what only places it or cuts its output', () => {
  const told: [string, string][] = [
    ['cd /home/ada/app && npm test', 'npm test'],
    ['cd "/home/ada/my app"; npm test 2>&1 | tail -20', 'npm test'],
    ['npm test -- --grep zone | head -n 5', 'npm test -- --grep zone'],
    ['npm test 2>&1 | grep failing', 'npm test 2>&1 | grep failing'],
    ['cat > a.txt << EOF\nhello\nEOF', 'cat > a.txt << EOF'],
    ['  ls  ', 'ls'],
  ];
  for (const [command, plain] of told) assert.equal(plainCommand(command), plain);
});

test('a check is told by its program, not by its arguments', () => {
  const yes = [
    'npm test',
    'npm run lint',
    'pnpm -r test:unit',
    'npx tsc --noEmit',
    'CI=1 cargo clippy',
    'go vet ./...',
    'python -m pytest -q',
    'make',
    'mise run fmt && mise run lint',
    './scripts/test.sh',
    'node scripts/test.js',
    'cd a && go test ./...',
  ];
  const no = [
    'grep -rn test src',
    'ls test',
    'cat build.log',
    'git commit -m "fix the build"',
    'npm install',
    'echo test',
    'node server.js',
    'rm -rf build',
    'test -f a',
  ];
  for (const command of yes) assert.ok(isCheck(command), command);
  for (const command of no) assert.ok(!isCheck(command), command);
});

test('commands are told with how they ended, of any tool', () => {
  const runsIn = (...parts: Part[]) =>
    commandRunsOf(turn('q7m2k4xw9d3f', 2, [parts], 0)).map(({ command, outcome, exit }) => [command, outcome, exit]);
  assert.deepEqual(
    runsIn(
      call('Bash', { command: 'npm test' }, 'Exit code 2\nno', 'failed'),
      call('exec_command', { cmd: 'ls' }, 'Chunk ID: 1\nProcess exited with code 0\nOutput:\n'),
      call('shell', { command: ['bash', '-lc', 'git status'] }),
      call('shell', { command: ['apply_patch', '*** Begin Patch\n*** End Patch'] }),
      { kind: 'tool-call', call: 'x', name: 'Bash', input: { command: 'sleep 9' } },
    ),
    [
      ['npm test', 'failed', 2],
      ['ls', 'ok', 0],
      ['git status', 'ok', undefined],
      ['sleep 9', 'unknown', undefined],
    ],
  );
  const shell = turn('x1y2z3a4b5c6', 3, [[said('! npm run bench', 'command'), said('12 ms', 'output')]], 0, { kind: 'shell' });
  assert.deepEqual(
    commandRunsOf(shell).map(({ command }) => command),
    ['npm run bench'],
  );
});

test('open questions are those of the text, not of its code, quotes and headings', () => {
  const text = '# Why?\nIt works. Shall I push it?\n> really?\n```ts\na ? b : c?\n```\n- **Which one do you want?**\nDone.\n';
  assert.deepEqual(questionsIn(text), ['Shall I push it?', 'Which one do you want?']);
});

test('notes tell prompts, what was decided, files, checks and how it ended, each with its turn', () => {
  const edit = (path: string) => call('Edit', { file_path: path, old_string: 'a\n', new_string: 'b\nc\n' });
  const all = [
    turn('h3n8s2c5v7ba', 1, 'Fix the splitter', 0),
    turn(
      'q7m2k4xw9d3f',
      2,
      [
        [edit('src/a.ts'), call('Bash', { command: 'npm test' }, 'x', 'failed'), said('also the docs', 'prompt')],
        ['Fixed it. Shall I push?'],
      ],
      1,
    ),
    turn('c5v7bah3n8s2', 3, 'yes', 5),
    turn(
      'd3fq7m2k4xw9',
      4,
      [[edit('src/a.ts'), call('Bash', { command: 'npm test' }), call('Bash', { command: 'npm run lint' }, 'x', 'failed')], ['Pushed.']],
      6,
      { stop: 'interrupted' },
    ),
  ];
  const notes = notesOf(all);
  assert.deepEqual(
    notes.prompts.map(({ n, text }) => [n, text]),
    [
      [1, 'Fix the splitter'],
      [2, 'also the docs'],
      [3, 'yes'],
    ],
  );
  assert.deepEqual(
    notes.decided.map(({ n, subject }) => [n, subject]),
    [
      [2, 'Fixed it'],
      [4, 'Pushed'],
    ],
  );
  assert.deepEqual(notes.files, [
    {
      path: 'src/a.ts',
      added: 4,
      removed: 2,
      turns: [
        { turn: 'q7m2k4xw9d3f', n: 2 },
        { turn: 'd3fq7m2k4xw9', n: 4 },
      ],
    },
  ]);
  assert.deepEqual(notes.tools, [
    { name: 'Bash', calls: 3, failed: 2 },
    { name: 'Edit', calls: 2, failed: 0 },
  ]);
  assert.deepEqual(notes.tokens, { output: 542, context: 167_000 });
  assert.equal(notes.working, 120_000);
  assert.deepEqual(notes.questions, []);
  assert.deepEqual(notes.ending, {
    turn: 'd3fq7m2k4xw9',
    n: 4,
    role: 'assistant',
    stop: 'interrupted',
    subject: 'Pushed',
    answer: 'Pushed.',
    passing: ['npm test'],
    failing: ['npm run lint'],
  });
  assert.deepEqual(
    notesOf(all.slice(0, 2)).questions.map(({ n, text }) => [n, text]),
    [[2, 'Shall I push?']],
  );
});

test('a command for the tool alone was asked of nobody', () => {
  const command = (n: number, text: string) => turn(`q7m2k4xw9d${n}f`, n, [[said(text, 'command')]], 0, { kind: 'command' });
  const answer = turn('d3fq7m2k4xw9', 6, [['Reviewed.']], 6);
  const prompts = (...all: Parameters<typeof notesOf>[0]) => notesOf(all).prompts.map(({ n }) => n);
  assert.deepEqual(prompts(command(1, '/exit'), command(3, '/model opus'), command(5, '/review'), answer), [3, 5]);
  assert.deepEqual(prompts(answer, command(7, '/exit')), []);
  assert.deepEqual(prompts(answer, command(7, '/review')), [7], 'it may be answered yet');
  assert.deepEqual(prompts(command(5, '/model'), command(7, '/review')), [7]);
});

test('any turns have notes, and the same ones each time', () => {
  fc.assert(
    fc.property(fc.array(turns, { maxLength: 3 }), (all) => {
      const notes = notesOf(all);
      assert.deepEqual(notesOf(all), notes);
      assert.equal(notes.turns, all.length);
      for (const one of all) assert.equal(typeof toldIn(one), 'string');
    }),
    { numRuns: Math.ceil(runs / 3) },
  );
});
