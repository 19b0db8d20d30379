// The comparison itself, on turns and requests made by hand: it must see what is equal, and every kind of difference.
import assert from 'node:assert/strict';
import { type ToolId, turnId } from '../../src/model/ids.ts';
import type { Part, Turn } from '../../src/model/turn.ts';
import type { Body } from './body.ts';
import { compare } from './compare.ts';
import { lost } from './lost.ts';
import { sentByClaude } from './sent-by-claude.ts';
import { sentByCodex } from './sent-by-codex.ts';
import type { Exchange } from './stand-in.ts';
import { saidInThread } from './thread.ts';

const tool = 'claude-code' as ToolId;

function turn(role: Turn['role'], n: number, steps: Part[][], more: Partial<Turn> = {}): Turn {
  const id = turnId(tool, String(n), role);
  return { id, parent: null, n, role, steps: steps.map((parts) => ({ parts })), records: { kept: [], others: [] }, ...more };
}

const called = (status: 'ok' | 'failed', text: string): Part => ({
  kind: 'tool-call',
  call: 'toolu_1',
  name: 'Bash',
  input: { command: 'ls' },
  result: { status, content: [{ kind: 'text', text }] },
});

const thread = (result: Part = called('ok', 'a.txt')): Turn[] => [
  turn('user', 1, [
    [
      { kind: 'command', text: '/usage' },
      { kind: 'output', text: 'little' },
      { kind: 'text', text: 'look' },
    ],
  ]),
  turn(
    'assistant',
    2,
    [[{ kind: 'thinking', text: 'Hm.' }, { kind: 'text', text: 'I look.' }, result], [{ kind: 'text', text: 'Done.' }]],
    {
      stop: 'interrupted',
    },
  ),
];

const claudeRequest = (): Body => ({
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>today</system-reminder>' },
        {
          type: 'text',
          text: '<command-name>/usage</command-name>\n<command-message>usage</command-message>\n<command-args></command-args>',
        },
        { type: 'text', text: '<local-command-stdout>little</local-command-stdout>' },
        { type: 'text', text: 'look\n' },
      ],
    },
    { role: 'system', content: 'Available agents' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a.txt', is_error: false }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
    { role: 'user', content: [{ type: 'text', text: '[Request interrupted by user]' }] },
  ],
});

const claude = (turns: Turn[]) => compare(sentByClaude(claudeRequest()), saidInThread(turns)).map(({ where }) => where);

function differsWhen(change: (turns: Turn[]) => Turn[], ...where: string[]): void {
  assert.deepEqual(claude(change(thread())), where);
}

/** Returns the turns with the parts of one step replaced. */
function withParts(turns: Turn[], at: number, step: number, change: (parts: Part[]) => Part[]): Turn[] {
  return turns.map((one, index) =>
    index === at ? { ...one, steps: one.steps.map((own, place) => (place === step ? { parts: change(own.parts) } : own)) } : one,
  );
}

const codexRequest: Body = {
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'be good' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<environment_context>x</environment_context>' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }] },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
    { type: 'function_call', call_id: 'toolu_1', name: 'Bash', arguments: '{"command":"ls"}' },
    { type: 'function_call_output', call_id: 'toolu_1', output: 'a.txt' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: '<turn_aborted>why</turn_aborted>' }] },
  ],
};

const exchange: Exchange = {
  seq: 0,
  path: '',
  body: {},
  key: 'look',
  step: 0,
  reply: { blocks: [{ thinking: 'Hm.' }, { text: 'I look.' }, { tool: 'Bash', input: { command: 'ls' } }] },
  answered: true,
};
const lostIn = (turns: Turn[]) => lost([exchange], turns).map(({ want }) => want);

export const selfChecks: { name: string; run: () => void }[] = [
  { name: 'compare: an equal thread has no difference (Claude Code)', run: () => assert.deepEqual(claude(thread()), []) },
  {
    name: 'compare: an equal thread has no difference (Codex)',
    run: () => {
      const turns = withParts(thread(), 0, 0, (parts) => parts.slice(2));
      assert.deepEqual(compare(sentByCodex(codexRequest), saidInThread(turns)), []);
    },
  },
  {
    name: 'compare: another prompt is seen',
    run: () =>
      differsWhen((turns) => withParts(turns, 0, 0, (parts) => [...parts.slice(0, 2), { kind: 'text', text: 'look!' }]), 'message 1: said'),
  },
  {
    name: 'compare: a lost command is seen',
    run: () => differsWhen((turns) => withParts(turns, 0, 0, (parts) => parts.slice(1)), 'message 1: said'),
  },
  {
    name: 'compare: a lost output is seen',
    run: () =>
      differsWhen((turns) => withParts(turns, 0, 0, (parts) => parts.filter((part) => part.kind !== 'output')), 'text of the harness'),
  },
  {
    name: 'compare: lost thinking is seen',
    run: () => differsWhen((turns) => withParts(turns, 1, 0, (parts) => parts.slice(1)), 'message 2: thinking'),
  },
  {
    name: 'compare: a lost call is seen',
    run: () => differsWhen((turns) => withParts(turns, 1, 0, (parts) => parts.slice(0, 2)), 'message 2: calls'),
  },
  {
    name: 'compare: another result is seen',
    run: () => differsWhen(() => thread(called('ok', 'b.txt')), 'message 2: call toolu_1: result'),
  },
  {
    name: 'compare: a failed call taken for a good one is seen',
    run: () => differsWhen(() => thread(called('failed', 'a.txt')), 'message 2: call toolu_1: ok'),
  },
  {
    name: 'compare: a lost last answer is seen',
    run: () => differsWhen((turns) => withParts(turns, 1, 1, () => []), 'message 2: interrupted', 'message 3'),
  },
  {
    name: 'compare: a lost interrupt is seen',
    run: () => differsWhen((turns) => turns.map((one) => ({ ...one, stop: 'end' })), 'message 3: interrupted'),
  },
  {
    name: 'compare: a turn too many is seen',
    run: () => differsWhen((turns) => [...turns, turn('user', 3, [[{ kind: 'text', text: 'more' }]])], 'message 4'),
  },
  {
    name: 'lost: what stands nowhere is told, what stands anywhere is not',
    run: () => {
      assert.deepEqual(lostIn(thread()), []);
      assert.deepEqual(lostIn([turn('user', 1, []), ...thread().slice(2)]), ['look', 'Hm.', 'I look.', 'call of Bash']);
      assert.deepEqual(lostIn(thread().slice(0, 1)), ['Hm.', 'I look.', 'call of Bash']);
    },
  },
  {
    name: 'compare: a summary is compared, and the kept end is the end of what was before',
    run: () => {
      const before = thread().map((one) => ({ ...one, stop: 'end' }));
      const after = turn('user', 4, [[{ kind: 'text', text: 'on' }]]);
      const summary = 'This session is being continued from a previous conversation. All is said.';
      const sent: Body = {
        messages: [
          { role: 'user', content: [{ type: 'text', text: summary }] },
          { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
          { role: 'user', content: 'on' },
        ],
      };
      const compaction = (text: string) => turn('user', 3, [[{ kind: 'text', text }]], { kind: 'compaction' });
      const differences = (text: string) =>
        compare(sentByClaude(sent), saidInThread([...before, compaction(text), after])).map(({ where }) => where);
      assert.deepEqual(differences(summary), []);
      assert.deepEqual(differences('Something else.'), ['summary of a compaction']);
    },
  },
];
