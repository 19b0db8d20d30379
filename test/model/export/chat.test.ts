import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AnthropicMessage, anthropicMessages } from '../../../src/model/export/anthropic.ts';
import { chatOf } from '../../../src/model/export/chat.ts';
import { type OpenAiMessage, openAiMessages } from '../../../src/model/export/openai.ts';
import { imageType } from '../../../src/model/image.ts';
import type { Part } from '../../../src/model/turn.ts';
import { runs, turns } from '../../support/arbitrary.ts';
import { call, png, said, turn } from '../../support/fake-store.ts';

/** The rules of Anthropic's Messages API. */
function checkAnthropic(messages: readonly AnthropicMessage[]): void {
  const seen = new Set<string>();
  let open: string[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    assert.equal(role, at % 2 === 0 ? 'user' : 'assistant', 'roles take turns, the user begins');
    assert.ok(content.length > 0, 'no empty message');
    const results = content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    assert.deepEqual(results, open, 'every call has its result in the next message, in order');
    assert.ok(
      content.slice(0, results.length).every(({ type }) => type === 'tool_result'),
      'results come first',
    );
    open = content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    for (const block of content) checkBlock(block, seen);
  }
  assert.deepEqual(open, [], 'no call without its result');
}

function checkBlock(block: AnthropicMessage['content'][number], seen: Set<string>): void {
  if (block.type === 'text') assert.ok(block.text.trim() !== '' && block.text === block.text.trimEnd(), 'no empty text');
  if (block.type === 'tool_result') for (const inner of block.content ?? []) checkBlock(inner, seen);
  if (block.type === 'image') {
    assert.equal(block.source.media_type, imageType(Buffer.from(block.source.data, 'base64')));
    assert.ok(block.source.data.length <= 5 << 20);
  }
  if (block.type !== 'tool_use') return;
  assert.ok(!seen.has(block.id), 'an id is given once');
  seen.add(block.id);
  assert.match(block.id, /^[a-zA-Z0-9_-]{1,64}$/);
  assert.match(block.name, /^[a-zA-Z0-9_-]{1,64}$/);
  assert.ok(typeof block.input === 'object' && block.input !== null && !Array.isArray(block.input), 'an input is an object');
}

/** The rules of OpenAI's chat completions. */
function checkOpenAi(messages: readonly OpenAiMessage[]): void {
  const open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      assert.equal(message.tool_call_id, open.shift(), 'a result follows its call');
      assert.notEqual(message.content, '');
      continue;
    }
    assert.equal(open.length, 0, 'no call without its result');
    if (message.role === 'user') assert.ok(message.content.length > 0);
    else {
      assert.ok(message.content !== '' && (message.content !== null || message.tool_calls), 'an answer says or calls something');
      for (const { id, function: called } of message.tool_calls ?? []) {
        assert.ok(id.length <= 40 && /^[a-zA-Z0-9_-]{1,64}$/.test(called.name));
        JSON.parse(called.arguments);
        open.push(id);
      }
    }
  }
  assert.deepEqual(open, []);
}

test('messages keep the rules of both makers, whatever the thread', () => {
  fc.assert(
    fc.property(fc.array(turns, { maxLength: 6 }), (all) => {
      const chat = chatOf(all);
      checkAnthropic(anthropicMessages(chat));
      checkOpenAi(openAiMessages(chat));
    }),
    { numRuns: runs },
  );
});

const image: Part = { kind: 'attachment', media: 'image/png', name: 'a.png', data: png };
const thread = [
  turn('q7m2k4xw9d3f', 1, [[said('Look at this'), image]], 0),
  turn(
    'h3n8s2c5v7ba',
    2,
    [
      [
        said('I think.', 'thinking'),
        said('I look.'),
        call('Bash', { command: 'ls' }, 'a\nb\n'),
        call('Bash', 'ls -l', '', 'failed'),
        said('quick!', 'prompt'),
      ],
      [said('Two files.'), { kind: 'tool-call', call: 'c3', name: 'Read', input: { file_path: 'a' } }],
    ],
    1,
  ),
];

test('OpenAI: calls are functions, results are messages, images are addresses of data', () => {
  assert.deepEqual(openAiMessages(chatOf(thread)), [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look at this' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
      ],
    },
    {
      role: 'assistant',
      content: 'I look.',
      tool_calls: [
        { id: 'toolu_Bash', type: 'function', function: { name: 'Bash', arguments: '{"command":"ls"}' } },
        { id: 'toolu_Bash_2', type: 'function', function: { name: 'Bash', arguments: '"ls -l"' } },
      ],
    },
    { role: 'tool', tool_call_id: 'toolu_Bash', content: 'a\nb' },
    { role: 'tool', tool_call_id: 'toolu_Bash_2', content: '(no output)' },
    { role: 'user', content: 'quick!' },
    { role: 'assistant', content: 'Two files.\n\n[Called Read a: no result was recorded]' },
  ]);
});

test('Anthropic: blocks of content, failures marked, an input that is none wrapped', () => {
  assert.deepEqual(anthropicMessages(chatOf(thread)), [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look at this' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_Bash', name: 'Bash', input: { command: 'ls' } },
        { type: 'tool_use', id: 'toolu_Bash_2', name: 'Bash', input: { input: 'ls -l' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_Bash', content: [{ type: 'text', text: 'a\nb' }] },
        { type: 'tool_result', tool_use_id: 'toolu_Bash_2', is_error: true },
        { type: 'text', text: 'quick!' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Two files.' },
        { type: 'text', text: '[Called Read a: no result was recorded]' },
      ],
    },
  ]);
});

test('a file that is no image, whatever it is called, one that is too large, and one of an answer are named; what is lost is told', () => {
  const file = (name: string, media: string, data: Uint8Array): Part => ({ kind: 'attachment', media, name, data });
  const large = Buffer.concat([png, Buffer.alloc(4 << 20)]);
  const files = [
    file('a.svg', 'image/svg+xml', Buffer.from('<svg onload="alert(1)"/>')),
    file('b.png', 'image/png', Buffer.from('<svg/>')),
    file('c.png', 'image/png', large),
    file('d.jpg', 'image/jpeg', png),
  ];
  const { messages, losses } = chatOf([
    turn('q7m2k4xw9d3f', 1, [files], 0),
    turn('h3n8s2c5v7ba', 2, [[image, said('Hm.', 'thinking'), said('odd', 'error')]], 1),
  ]);
  assert.deepEqual(
    messages.map(({ blocks }) => blocks.map((block) => (block.kind === 'text' ? block.text : block.kind === 'image' ? block.media : ''))),
    [
      ['[File a.svg, image/svg+xml left out]', '[File b.png, image/png left out]', '[File c.png, image/png left out]', 'image/png'],
      ['[File a.png, image/png left out]'],
    ],
  );
  assert.deepEqual(
    losses.map(({ component, kept, count }) => [component, kept, count]),
    [
      ['images', 'flattened', 4],
      ['thinking', 'dropped', 1],
      ['context', 'dropped', 1],
    ],
  );
});
