import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ToolId } from '../../../src/model/ids.ts';
import { turnId } from '../../../src/model/ids.ts';
import { Rollout, readRollout, told, uuid } from '../../support/codex.ts';

const codex = 'codex' as ToolId;
const toldAll = async (text: string) => (await readRollout(text)).turns.flatMap(told);

describe('prompts and answers', () => {
  test('a turn is a turn_id and a role', async () => {
    const { turns, outline } = await readRollout(
      new Rollout().meta().exchange('t1', 'one', 'First.').exchange('t2', 'two', 'Second.').text,
    );
    const ids = [
      turnId(codex, 't1', 'user'),
      turnId(codex, 't1', 'assistant'),
      turnId(codex, 't2', 'user'),
      turnId(codex, 't2', 'assistant'),
    ];
    assert.deepEqual(
      turns.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      turns.map(({ parent }) => parent),
      [null, ...ids.slice(0, 3)],
    );
    assert.deepEqual(
      outline.map(({ ordinals }) => ordinals),
      [
        [1, 4],
        [5, 8],
        [9, 12],
        [13, 16],
      ],
    );
  });

  test('words that stand twice are one prompt, in either order', async () => {
    const item = (rollout: Rollout) => rollout.item('message', { role: 'user', content: [{ type: 'input_text', text: 'fix it' }] });
    const event = (rollout: Rollout) => rollout.event('user_message', { message: 'fix it ', images: [] });
    for (const write of [(r: Rollout) => event(item(r)), (r: Rollout) => item(event(r)), item, event]) {
      const rollout = new Rollout({ mode: 'legacy' }).meta().begin('t1');
      const lines = await toldAll(write(rollout).says('Fixed.').text);
      assert.deepEqual(
        lines.map((line) => line.trim()),
        ['user: text fix it', 'assistant: text Fixed.'],
      );
    }
  });

  test('where the item says more than was typed, it is folded', async () => {
    const rollout = new Rollout({ mode: 'legacy' }).meta().begin('t1');
    rollout.item('message', { role: 'user', content: [{ type: 'input_text', text: 'Open file: a.ts\n\nfix it' }] });
    assert.deepEqual(await toldAll(rollout.event('user_message', { message: 'fix it' }).text), [
      'user: context (as sent)',
      'user: text fix it',
    ]);
  });

  test('what the harness told the model leads the prompt, folded and named', async () => {
    const rollout = new Rollout().meta().begin('t1');
    const says = (text: string, role = 'user') => rollout.item('message', { role, content: [{ type: 'input_text', text }] });
    says('<permissions instructions>ask</permissions instructions>', 'developer');
    says('# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>\nshort\n</INSTRUCTIONS>');
    says('<user_instructions>\nshort\n</user_instructions>');
    rollout.environment().prompt('<b>bold</b> is what I want');
    const lines = await toldAll(rollout.text);
    const context = ['developer', 'AGENTS.md', 'user_instructions', 'environment_context'].map((label) => `user: context (${label})`);
    assert.deepEqual(lines, [...context, 'user: text <b>bold</b> is what I want']);
  });

  test('content_item_kinds decide where they stand', async () => {
    const metadata = { internal_chat_message_metadata_passthrough: { turn_id: 't1', content_item_kinds: ['hooks.note', 'user.text'] } };
    const content = [
      { type: 'input_text', text: 'from a hook' },
      { type: 'input_text', text: '<environment_context> is a word I typed' },
    ];
    const rollout = new Rollout()
      .meta()
      .begin('t1')
      .record('response_item', { type: 'message', role: 'user', content, ...metadata });
    assert.deepEqual(await toldAll(rollout.text), ['user: context (context)', 'user: text <environment_context> is a word I typed']);
  });

  test('encrypted reasoning stays in raw', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('why').thinks('Because.').says('So.').end();
    const { turns } = await readRollout(rollout.text);
    assert.deepEqual(turns.flatMap(told), ['user: text why', 'assistant: thinking Because.', 'assistant: text So.']);
    assert.ok(!JSON.stringify(turns).includes('b3BhcXVl'));
  });

  test('events speak where no item says the same', async () => {
    const rollout = new Rollout({ mode: 'legacy' }).meta().begin('t1').event('user_message', { message: 'hi' });
    rollout.event('agent_reasoning', { text: 'Greet.' }).event('agent_message', { message: 'Hello.' }).end();
    assert.deepEqual(await toldAll(rollout.text), ['user: text hi', 'assistant: thinking Greet.', 'assistant: text Hello.']);
  });

  test('a prompt while the model works stands where it was typed', async () => {
    for (const mode of ['paginated', 'legacy'] as const) {
      const rollout = new Rollout({ mode })
        .meta()
        .begin('t1')
        .prompt('go')
        .shell('c1', 'sleep 3', '')
        .prompt('and faster')
        .says('Done.')
        .end();
      const { turns } = await readRollout(rollout.text);
      const lines = ['user: text go', 'assistant: call exec_command ok', 'assistant: prompt and faster', 'assistant: text Done.'];
      assert.deepEqual(turns.flatMap(told), lines);
      assert.equal(turns[1]?.steps.length, 2);
    }
  });
});

describe('steps, ends and numbers', () => {
  test('a step is one message of the model with its calls and their results', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('go').says('Both.');
    rollout.calls('c1', 'exec_command', { cmd: 'a' }).calls('c2', 'exec_command', { cmd: 'b' });
    rollout.output('c2', 'b').output('c1', 'a').tokens(5, 100).thinks('Now.').says('Done.').tokens(3, 120).end();
    const { turns } = await readRollout(rollout.text);
    const answer = turns[1];
    assert.deepEqual(
      answer?.steps.map(({ parts }) => parts.map(({ kind }) => kind)),
      [
        ['text', 'tool-call', 'tool-call'],
        ['thinking', 'text'],
      ],
    );
    assert.deepEqual(answer?.tokens, { output: 8, context: 120 });
  });

  test('a repeated token_count and one without counts add nothing; totals alone count by their growth', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('go').says('Done.').tokens(5, 100).tokens(0, 100);
    rollout
      .event('token_count', { info: null })
      .event('token_count', { info: { total_token_usage: { output_tokens: 9 } } })
      .end();
    assert.deepEqual((await readRollout(rollout.text)).turns[1]?.tokens, { output: 9, context: 100 });
  });

  test('the model is the last one of the turn', async () => {
    const rollout = new Rollout().meta().begin('t1', 'small').prompt('go').says('Hm.');
    rollout.record('turn_context', { turn_id: 't1', model: 'large' }).says('Done.').end();
    assert.deepEqual(
      (await readRollout(rollout.text)).turns.map(({ model }) => model),
      [undefined, 'large'],
    );
  });

  test('ends', async () => {
    const after = async (end: (rollout: Rollout) => Rollout) => {
      const { turns, outline } = await readRollout(end(new Rollout().meta().begin('t1').prompt('go').says('Hm.')).text);
      return [outline[1]?.state, turns[1]?.stop];
    };
    assert.deepEqual(await after((r) => r.end()), ['ended', 'end']);
    assert.deepEqual(await after((r) => r.event('turn_complete', { turn_id: 't1' })), ['ended', 'end']);
    assert.deepEqual(await after((r) => r.event('turn_aborted', { turn_id: 't1', reason: 'interrupted' })), ['ended', 'interrupted']);
    assert.deepEqual(await after((r) => r.event('turn_aborted', { turn_id: 't1', reason: 'budget_limited' })), ['ended', 'budget_limited']);
    assert.deepEqual(await after((r) => r), ['resting', undefined]);
    assert.deepEqual(await after((r) => r.calls('c1', 'exec_command', {})), ['running', undefined]);
    assert.deepEqual(await after((r) => r.begin('t2').prompt('next')), ['ended', undefined]);
  });

  test('an output that comes after its task belongs to its call, an event then tells nothing', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('go').calls('c1', 'exec_command', { cmd: 'sleep 60' });
    rollout.event('turn_aborted', { turn_id: 't1', reason: 'interrupted' });
    const before = (await readRollout(rollout.exchange('t2', 'next', 'Yes.').text)).outline;
    rollout.event('item_completed', { turn_id: 't1', item: { type: 'CommandExecution', id: 'c1', status: 'failed' } });
    assert.deepEqual((await readRollout(rollout.text)).outline, before);
    rollout.turn = 't1';
    const { turns } = await readRollout(rollout.output('c1', 'aborted by user').text);
    assert.deepEqual(told(turns[1] as (typeof turns)[0]), ['assistant: call exec_command failed']);
  });
});

describe('what calls come to', () => {
  const outcome = async (output: string, ending?: (rollout: Rollout) => Rollout) => {
    const rollout = new Rollout().meta().begin('t1').prompt('go').calls('c1', 'exec_command', { cmd: 'x' });
    ending?.(rollout);
    const part = (await readRollout(rollout.output('c1', output).text)).turns[1]?.steps[0]?.parts[0];
    return part?.kind === 'tool-call' ? part.result : undefined;
  };

  test('by the exit code in the output, else by the end event', async () => {
    assert.equal((await outcome('Process exited with code 0\nOutput:\nfine'))?.status, 'ok');
    assert.equal((await outcome('Process exited with code 2\nOutput:\nbad'))?.status, 'failed');
    assert.equal((await outcome('Output:\nProcess exited with code 2 is what it printed'))?.status, 'ok');
    assert.equal((await outcome('exec command rejected by user'))?.status, 'rejected');
    assert.equal((await outcome('plain', (r) => r.event('exec_command_end', { call_id: 'c1', exit_code: 1 })))?.status, 'failed');
    const declined = { type: 'CommandExecution', id: 'c1', status: 'declined' };
    assert.equal((await outcome('plain', (r) => r.event('item_completed', { turn_id: 't1', item: declined })))?.status, 'rejected');
    const failed = { call_id: 'c1', result: { Err: 'no such tool' } };
    assert.equal((await outcome('plain', (r) => r.event('mcp_tool_call_end', failed)))?.status, 'failed');
  });

  test('the JSON around the output of older versions is taken off', async () => {
    const result = await outcome('{"output":"one\\n","metadata":{"exit_code":1,"duration_seconds":0.1}}');
    assert.deepEqual(result, { status: 'failed', content: [{ kind: 'text', text: 'one\n' }] });
    assert.deepEqual(await outcome('{"output":"a file"}'), { status: 'ok', content: [{ kind: 'text', text: '{"output":"a file"}' }] });
  });

  test('every kind of call', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('go');
    rollout
      .item('custom_tool_call', { name: 'apply_patch', call_id: 'a', input: '*** Begin Patch' })
      .item('custom_tool_call_output', { call_id: 'a', output: 'Success' });
    rollout.item('local_shell_call', { call_id: 'b', status: 'completed', action: { type: 'exec', command: ['ls'] } }).output('b', 'x');
    rollout.item('web_search_call', { status: 'completed', action: { type: 'search', query: 'q' } });
    rollout.item('tool_search_call', { call_id: 'd', arguments: { query: 'q' } }).item('tool_search_output', { call_id: 'd', tools: [] });
    rollout.item('image_generation_call', { status: 'completed', revised_prompt: 'a dot', result: 'AAAA' });
    rollout.calls('e', 'forecast', {}, { namespace: 'mcp__weather' }).output('e', [{ type: 'input_text', text: 'rain' }]);
    rollout.output('nobody', 'orphan').calls('f', 'exec_command', { cmd: 'open' });
    const parts = (await readRollout(rollout.text)).turns[1]?.steps.flatMap((step) => step.parts) ?? [];
    const summary = parts.map((part) =>
      part.kind === 'tool-call' ? [part.name, part.input, part.result?.content.map(({ kind }) => kind)] : [part.kind],
    );
    assert.deepEqual(summary, [
      ['apply_patch', '*** Begin Patch', ['text']],
      ['local_shell', { type: 'exec', command: ['ls'] }, ['text']],
      ['web_search', { type: 'search', query: 'q' }, []],
      ['tool_search', { query: 'q' }, ['unknown']],
      ['image_generation', { prompt: 'a dot' }, ['attachment']],
      ['mcp__weather.forecast', {}, ['text']],
      ['tool-result'],
      ['exec_command', { cmd: 'open' }, undefined],
    ]);
  });

  test('arguments that are no JSON stay text', async () => {
    const rollout = new Rollout().meta().begin('t1').prompt('go').item('function_call', { name: 'f', call_id: 'c', arguments: '{"cut' });
    const part = (await readRollout(rollout.text)).turns[1]?.steps[0]?.parts[0];
    assert.equal(part?.kind === 'tool-call' && part.input, '{"cut');
  });
});

describe('the unknown', () => {
  test('items of unknown types stand in the answer, records of unknown types in raw', async () => {
    const rollout = new Rollout()
      .meta()
      .begin('t1')
      .prompt('go')
      .item('hologram', { text: 'x' })
      .record('telemetry', { a: 1 })
      .says('Done.')
      .end();
    const { scanned, turns } = await readRollout(rollout.text);
    assert.deepEqual(turns.flatMap(told), ['user: text go', 'assistant: unknown hologram', 'assistant: text Done.']);
    assert.deepEqual(scanned.outline.counts, { records: 10, inTurns: 8, rawOnly: 2 });
  });

  test('an item of an unknown type in front of the prompt opens no answer', async () => {
    const rollout = new Rollout().meta();
    for (const [turn, word] of [
      ['t1', 'one'],
      ['t2', 'two'],
    ] as const)
      rollout.begin(turn).item('overture', { bar: 1 }).environment().prompt(word).item('hologram', {}).says('Done.').end();
    const { turns } = await readRollout(rollout.text);
    const user = (word: string) => ['user: context (environment_context)', 'user: unknown overture', `user: text ${word}`];
    const answer = ['assistant: unknown hologram', 'assistant: text Done.'];
    assert.deepEqual(turns.flatMap(told), [...user('one'), ...answer, ...user('two'), ...answer]);
    const { payload } = JSON.parse(rollout.lines.find((line) => line.includes('overture')) ?? '');
    assert.deepEqual(turns[0]?.steps[0]?.parts[1], { kind: 'unknown', type: 'overture', value: payload });
  });

  test('values of another shape than expected throw nothing', async () => {
    const odd = [null, 3, 'text', [], [null], {}, { type: null }];
    const rollout = new Rollout().meta().begin('t1').prompt('go');
    for (const content of odd) {
      for (const type of [
        'message',
        'reasoning',
        'function_call',
        'function_call_output',
        'custom_tool_call',
        'image_generation_call',
        'agent_message',
      ])
        rollout.item(type, {
          role: 'assistant',
          content,
          output: content,
          arguments: content,
          call_id: content,
          summary: content,
          result: content,
          name: content,
        });
      rollout.item('message', { role: 'user', content });
      for (const type of [
        'token_count',
        'user_message',
        'item_completed',
        'error',
        'turn_aborted',
        'thread_name_updated',
        'collab_waiting_end',
      ])
        rollout.event(type, {
          info: content,
          message: content,
          item: content,
          error: content,
          reason: content,
          agent_statuses: content,
          thread_name: content,
        });
      rollout.record('compacted', { message: content });
    }
    const { scanned, turns } = await readRollout(rollout.text);
    assert.equal(scanned.skipped.length, 0);
    assert.ok(turns.length > 2);
  });

  test('a file without a session_meta is known by its name', async () => {
    const text = new Rollout().exchange('t1', 'one', 'First.').text;
    const { scanned } = await readRollout(text, { path: `/w/rollout-2026-03-02T08-00-00-${uuid(5)}.jsonl` });
    assert.deepEqual([scanned.outline.facts.native, scanned.outline.facts.root], [uuid(5), uuid(5)]);
  });
});
