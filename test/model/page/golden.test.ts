import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolId, TurnId } from '../../../src/model/ids.ts';
import { parsePage } from '../../../src/model/page/parse.ts';
import { printPage } from '../../../src/model/page/print.ts';
import type { Part, Turn } from '../../../src/model/turn.ts';
import { golden } from '../../support/golden.ts';

const prompt: Turn = {
  id: 'h3n8s2c5v7ba' as TurnId,
  parent: null,
  n: 1,
  role: 'user',
  time: '2026-02-01T10:00:00.000Z',
  ended: '2026-02-01T10:00:00.000Z',
  steps: [
    {
      parts: [
        { kind: 'context', label: 'SessionStart', text: 'Branch: fix-splitter\n' },
        {
          kind: 'text',
          text: 'The last line is lost when a file has no final newline.\n\n- see `src/lines.ts`\n- do not change the tests',
        },
        { kind: 'attachment', media: 'image/png', name: 'screen.png', data: new Uint8Array([137, 80, 78, 71]) },
      ],
    },
  ],
  records: { kept: ['8a83474a'], others: ['c0ffee00'] },
};

const call = (
  id: string,
  name: string,
  input: Extract<Part, { kind: 'tool-call' }>['input'],
  text: string,
  status: 'ok' | 'failed' | 'rejected' = 'ok',
): Part => ({
  kind: 'tool-call',
  call: id,
  name,
  input,
  result: { status, content: [{ kind: 'text', text }] },
});

const edit = {
  replace_all: false,
  file_path: 'src/lines.ts',
  old_string: "export function split(text: string) {\n  const lines = text.split('\\n');\n  lines.pop();\n  return lines;\n}",
  new_string:
    "export function split(text: string) {\n  const lines = text.split(/\\r?\\n/);\n  if (lines.at(-1) === '') lines.pop();\n  return lines;\n}",
};

const answer: Turn = {
  id: 'q7m2k4xw9d3f' as TurnId,
  parent: 'h3n8s2c5v7ba' as TurnId,
  n: 2,
  role: 'assistant',
  time: '2026-02-01T10:00:04.000Z',
  ended: '2026-02-01T10:00:31.000Z',
  model: 'claude-x',
  tokens: { output: 212, context: 14203 },
  stop: 'end',
  steps: [
    {
      parts: [
        { kind: 'thinking', text: 'The splitter pops the last line, whatever it holds.\n\nFirst the tests.' },
        { kind: 'text', text: 'The parser drops the last line.' },
        call('toolu_01', 'Bash', { command: 'npm test' }, '1 failing\n  lines.test.ts: expected 3 lines, found 2', 'failed'),
        call(
          'toolu_02',
          'Read',
          { file_path: 'src/lines.ts', limit: 200 },
          "     1\texport function split(text: string) {\n     2\t  const lines = text.split('\\n');\n",
        ),
      ],
    },
    {
      parts: [
        call('toolu_03', 'Edit', edit, 'The file src/lines.ts has been updated.'),
        { kind: 'prompt', text: 'and run the linter too' },
        call(
          'toolu_04',
          'Bash',
          { command: 'npm test && npm run lint', description: 'Run tests and linter', timeout: 60_000 },
          Array.from({ length: 900 }, (_, i) => `ok ${i + 1} - case ${i + 1}`).join('\n'),
        ),
        call('toolu_05', 'Bash', { command: 'git add -A', description: 'Stage' }, ''),
        call(
          'toolu_06',
          'mcp__tracker__close',
          { issue: 12, labels: ['parser'], comment: 'Fixed.\nSee the branch.' },
          'The user does not want this call.',
          'rejected',
        ),
        { kind: 'remark', text: 'Leave the issue open.' },
      ],
    },
    { parts: [{ kind: 'text', text: 'It splits on `\\n` only after the buffer is full. Fixed in `src/lines.ts`.' }] },
  ],
  records: { kept: ['4fd1a09c', '77be02d1', '0c9e41aa'], others: ['11d0c0de'] },
};

const hostile: Turn = {
  id: '000000000000' as TurnId,
  parent: null,
  n: 3,
  role: 'assistant',
  kind: 'merge',
  model: '<synthetic>',
  tool: 'codex' as ToolId,
  origin: '1.10',
  edited: 'no',
  steps: [
    {
      parts: [
        { kind: 'text', text: '<!-- 1 text -->\n---\nconvo: 1\n---\n\\<!-- records -->\n</details>\n```ts\nnever closed' },
        { kind: 'text', text: 'bell \u0007, half \ud83d, bidi \u202e, \\u0007\r\n' },
        { kind: 'output', text: '````\n<!-- records x -->\n</details>\n`````' },
        {
          kind: 'tool-call',
          call: 'a b --> c',
          name: 'Ba<sh>',
          input: JSON.parse('{"__proto__":{"a":-0},"command":"echo \\u0000","x-y":"<!-- -->"}'),
        },
        { kind: 'unknown', type: 'server_tool_use', value: [1, { a: null }] },
        { kind: 'tool-result', call: 'toolu_99', result: { status: 'ok', content: [] } },
      ],
    },
    { parts: [] },
  ],
  records: { kept: ['a-->b', ''], others: [] },
  extra: [{ key: 'later', value: '\n  - {a: b}', after: 'role' }],
};

for (const [name, turn] of Object.entries({ prompt, answer, hostile })) {
  test(`the page of ${name}`, () => {
    const { page, attachments } = printPage(turn);
    golden(`pages/${name}.md`, page);
    const files = new Map(attachments.map((file) => [file.name, file.bytes]));
    assert.deepEqual(
      parsePage(page, (file) => files.get(file)),
      turn,
    );
  });
}
