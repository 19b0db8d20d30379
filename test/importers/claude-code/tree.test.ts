import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Turn } from '../../../src/model/turn.ts';
import { compacted, partlySummarized, replayed, states, Transcript, tell, uuidOf } from '../../support/claude-code.ts';

test('a rewind branches, also one that begins with a shell line', async () => {
  const t = new Transcript();
  t.user('One');
  const answer = t.says('1');
  t.user('Two');
  t.says('2');
  t.user('<bash-input>ls</bash-input>', { parentUuid: answer });
  t.says('Seen.');
  t.user('Three', { parentUuid: answer });
  const told = await tell(t);
  assert.deepEqual(told.lines, [
    '1 user: text "One"',
    '2 assistant <1 end: text "1"',
    '3 user <2: text "Two"',
    '4 assistant <3 end: text "2"',
    '5 shell <2: command "! ls"',
    '6 assistant <5 end: text "Seen."',
    '7 user <2: text "Three"',
  ]);
  assert.deepEqual(states(told), ['ended', 'ended', 'ended', 'ended', 'ended', 'ended', 'resting']);
});

test('fork points of parallel tools and of a retried answer are no branches', async () => {
  const t = new Transcript();
  const prompt = t.user('Go');
  const call = t.calls('c1');
  t.add('progress', { parentUuid: call });
  t.result('c1', 'ok', { parentUuid: call });
  t.says('First.', { parentUuid: prompt });
  t.says('Second.', { parentUuid: prompt });
  assert.deepEqual((await tell(t)).lines, ['1 user: text "Go"', '2 assistant <1 end: Bash(c1) ok "ok" || text "First." || text "Second."']);
});

test('assistant records before their own prompt are behind it', async () => {
  const t = new Transcript();
  t.calls('c1', 'Bash', {}, { uuid: uuidOf(91), parentUuid: uuidOf(90) });
  t.user('Go', { uuid: uuidOf(90), parentUuid: null });
  t.result('c1', 'ok', { parentUuid: uuidOf(91) });
  t.says('Ok.');
  const told = await tell(t);
  assert.deepEqual(told.lines, ['1 user: text "Go"', '2 assistant <1 end: Bash(c1) ok "ok" || text "Ok."']);
  assert.equal(told.scanned.outline.facts.root, uuidOf(90));
  assert.deepEqual(told.turns[1]?.records.kept, ['00000091', '00000003', '00000004']);
});

test('what hangs on a missing parent waits at the end of a file that may grow, and joins the record before it otherwise', async () => {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  t.calls('c1', 'Bash', {}, { parentUuid: uuidOf(99) });
  t.result('c1');
  assert.deepEqual((await tell(t, { complete: false })).lines, ['1 user: text "One"', '2 assistant <1 end: text "1"']);
  const both = ['1 user: text "One"', '2 assistant <1: text "1" || Bash(c1) ok "ok"'];
  assert.deepEqual((await tell(t)).lines, both);
  t.user('Two', { parentUuid: uuidOf(2) });
  assert.equal((await tell(t, { complete: false })).lines[1], '2 assistant <1 end: text "1"');
  t.says('2');
  const after = ['3 user <2: text "Two"', '4 assistant <3 end: text "2"'];
  assert.deepEqual((await tell(t, { complete: false })).lines, [...both, ...after]);
});

test('an answer waits for the attachments between it and its prompt', async () => {
  const t = new Transcript();
  t.says('1', { parentUuid: uuidOf(3) });
  t.user('One', { parentUuid: null });
  assert.deepEqual((await tell(t, { complete: false })).lines, ['1 user: text "One"']);
  t.attachment('hook_success', { content: 'hooked' });
  assert.deepEqual((await tell(t, { complete: false })).lines, [
    '1 user: text "One" | context[hook_success] "hooked"',
    '2 assistant <1 end: text "1"',
  ]);
});

test('a prompt whose parent was never written does not hang on its own answer', async () => {
  const t = new Transcript();
  t.says('1', { parentUuid: uuidOf(90) });
  t.user('One', { uuid: uuidOf(90), parentUuid: uuidOf(99) });
  assert.deepEqual((await tell(t)).lines, ['1 user: text "One"', '2 assistant <1 end: text "1"']);
});

test('a second prompt shows that a parent was never written', async () => {
  const t = new Transcript();
  t.says('1', { parentUuid: uuidOf(99) });
  t.user('One', { parentUuid: null });
  t.user('Two');
  assert.deepEqual((await tell(t, { complete: false })).lines, [
    '1 assistant end: text "1"',
    '2 user: text "One"',
    '3 user <2: text "Two"',
  ]);
});

test('a file that begins in the middle gives what it holds', async () => {
  const t = new Transcript();
  t.last = uuidOf(99);
  t.says('The end of an answer.');
  t.user('Two');
  t.says('2');
  assert.deepEqual((await tell(t, { complete: false })).lines, [
    '1 assistant end: text "The end of an answer."',
    '2 user <1: text "Two"',
    '3 assistant <2 end: text "2"',
  ]);
});

test('what "Summarize up to here" keeps stays on the line, before the summary', async () => {
  const t = partlySummarized({ head: 3, anchor: 'summary', tail: 6, logical: 2 });
  const lines = [
    '1 user: text "One"',
    '2 assistant <1 end: text "one"',
    '3 user <2: text "Two"',
    '4 assistant <3 end: text "two"',
    '5 user <4: text "Three"',
    '6 assistant <5 end: text "three"',
    '7 compaction <6: text "Summary."',
    '8 user <7: text "Four"',
    '9 assistant <8 end: text "four"',
  ];
  const told = await tell(t);
  assert.deepEqual(told.lines, lines);
  assert.equal(told.scanned.outline.facts.active, told.turns[8]?.id);
});

/** The first `copied` turns of a fork are those of the original without what a compaction does not keep; the others are equal. */
function sameTurns(fork: Turn[], original: Turn[], copied: number): void {
  const copy = ({ tokens: _, records: { kept, others }, ...turn }: Turn) => ({
    ...turn,
    records: { kept: [], others: [...kept, ...others] },
  });
  const unplaced = (turn: Turn) => ({ ...turn, parent: null });
  assert.deepEqual(
    fork.map(unplaced),
    original.map((turn, index) => unplaced(index < copied ? copy(turn) : turn)),
  );
}

test('a fork of it tells what was kept as the turns that they are in the original', async () => {
  const original = partlySummarized({ head: 3, anchor: 'summary', tail: 6, logical: 2 });
  const fork = replayed(original, [7, 8, 3, 4, 5, 6, 9, 10]);
  fork.user('Five', { uuid: uuidOf(20) });
  const [first, second] = [await tell(original), await tell(fork)];
  assert.deepEqual(second.lines, [
    '1 user: text "Two"',
    '2 assistant <1 end: text "two"',
    '3 user <2: text "Three"',
    '4 assistant <3 end: text "three"',
    '5 compaction <4: text "Summary."',
    '6 user <5: text "Four"',
    '7 assistant <6 end: text "four"',
    '8 user <7: text "Five"',
  ]);
  sameTurns(second.turns.slice(0, 7), first.turns.slice(2), 4);
});

test('a fork of one whose end was summarized begins as the original does', async () => {
  const original = partlySummarized({ head: 1, anchor: 'boundary', tail: 2, logical: 2 });
  const fork = replayed(original, [7, 1, 2, 8, 9, 10]);
  const [first, second] = [await tell(original), await tell(fork)];
  assert.deepEqual(second.lines, [
    '1 user: text "One"',
    '2 assistant <1 end: text "one"',
    '3 compaction <2: text "Summary."',
    '4 user <3: text "Four"',
    '5 assistant <4 end: text "four"',
  ]);
  assert.equal(second.scanned.outline.facts.root, first.scanned.outline.facts.root);
  sameTurns(second.turns, [...first.turns.slice(0, 2), ...first.turns.slice(6)], 2);
});

test('what a compaction kept from inside a turn makes no turn in a fork', async () => {
  const original = partlySummarized({ head: 4, anchor: 'summary', tail: 6, logical: 2 });
  assert.deepEqual((await tell(replayed(original, [7, 8, 4, 5, 6, 9, 10]))).lines, [
    '1 compaction: text "Summary."',
    '2 user <1: text "Four"',
    '3 assistant <2 end: text "four"',
  ]);
});

test('"Summarize from here" goes on from the turn before, what it summarized is another line', async () => {
  assert.deepEqual((await tell(partlySummarized({ head: 1, anchor: 'boundary', tail: 2, logical: 2 }))).lines.slice(2), [
    '3 user <2: text "Two"',
    '4 assistant <3 end: text "two"',
    '5 user <4: text "Three"',
    '6 assistant <5 end: text "three"',
    '7 compaction <2: text "Summary."',
    '8 user <7: text "Four"',
    '9 assistant <8 end: text "four"',
  ]);
});

test('a compaction goes on from the turn that it states, unless it kept what stands behind that one', async () => {
  for (const kept of [
    { head: 9, anchor: 'summary', tail: 10, logical: 2 },
    { head: 1, anchor: 'boundary', tail: 4, logical: 2 },
    { head: 99, anchor: 'summary', tail: 99, logical: 2 },
  ] as const)
    assert.equal((await tell(partlySummarized(kept))).lines[6], '7 compaction <2: text "Summary."', JSON.stringify(kept));
});

test('a fork made after a compaction has the same turns, without a cycle and without the copies', async () => {
  const { original, fork } = compacted();
  fork.user('Three', { uuid: uuidOf(20) });
  const [first, second] = [await tell(original), await tell(fork)];
  assert.deepEqual(first.lines, [
    '1 user: text "One"',
    '2 assistant <1 end: text "1"',
    '3 compaction <2: text "Summary." | command "/compact"',
    '4 user <3: text "Two"',
    '5 assistant <4 end: text "2"',
  ]);
  assert.deepEqual(second.lines, [
    '1 compaction: text "Summary." | command "/compact"',
    '2 user <1: text "Two"',
    '3 assistant <2 end: text "2"',
    '4 user <3: text "Three"',
  ]);
  assert.deepEqual(
    second.turns.slice(0, 3).map(({ id, records }) => ({ id, kept: records.kept })),
    first.turns.slice(2).map(({ id, records }) => ({ id, kept: records.kept })),
  );
});

test('records written twice count once', async () => {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  t.lines.push(...t.lines);
  t.user('Two');
  const told = await tell(t);
  assert.deepEqual(told.lines, ['1 user: text "One"', '2 assistant <1 end: text "1"', '3 user <2: text "Two"']);
  assert.deepEqual(told.scanned.outline.counts, { records: 5, inTurns: 3, rawOnly: 2 });
});

test('parents in a cycle end in a turn each, not in a loop', async () => {
  const t = new Transcript();
  t.user('A', { parentUuid: uuidOf(3) });
  t.says('B');
  t.user('C');
  t.user('D', { parentUuid: uuidOf(4) });
  assert.deepEqual((await tell(t)).lines, [
    '1 user: text "A"',
    '2 assistant <1 end: text "B"',
    '3 user <2: text "C"',
    '4 user <3: text "D"',
  ]);
});

test('a cycle through a compaction is cut before it', async () => {
  const t = new Transcript();
  t.says('1', { parentUuid: uuidOf(3) });
  t.system('compact_boundary', { parentUuid: null, logicalParentUuid: uuidOf(1) });
  t.user('Summary.', { isCompactSummary: true });
  assert.deepEqual((await tell(t)).lines, ['1 compaction: text "Summary."', '2 assistant <1 end: text "1"']);
});

test('side chains inside the file are threads of their own, found by the prompt of their call', async () => {
  const t = new Transcript();
  t.user('Use helpers');
  t.calls('c1', 'Task', { prompt: 'count files' }, { id: 'm1' });
  const main = t.calls('c2', 'Task', { prompt: 'count lines' }, { id: 'm1' });
  const side = { isSidechain: true };
  const lines = t.user('count lines', { ...side, parentUuid: null });
  const files = t.user('count files', { ...side, parentUuid: null });
  t.says('7 files', { ...side, parentUuid: files });
  t.says('90 lines', { ...side, parentUuid: lines });
  t.result('c1', '7', { parentUuid: main });
  t.result('c2', '90');
  t.says('Done.');
  const told = await tell(t);
  assert.deepEqual(told.lines, [
    '1 user: text "Use helpers"',
    `2 assistant <1 end: Task(c1) @${files} ok "7" | Task(c2) @${lines} ok "90" || text "Done."`,
    '3 agent user: text "count lines"',
    '4 agent user: text "count files"',
    '5 agent assistant <4 end: text "7 files"',
    '6 agent assistant <3 end: text "90 lines"',
  ]);
  assert.deepEqual(told.scanned.outline.turns[1]?.agents, [files, lines]);
  assert.deepEqual(
    told.scanned.outline.turns.map((turn) => turn.agent),
    [undefined, undefined, lines, files, files, lines],
  );
});

test('a call names its agent; the turn with the final result has it, in the background the one with the notification', async () => {
  const t = new Transcript();
  t.user('Use helpers');
  t.calls('c1', 'Agent', { prompt: 'near' });
  t.result('c1', 'done', { toolUseResult: { status: 'completed', agentId: 'aa1' } });
  t.calls('c2', 'Agent', { prompt: 'far' });
  t.result('c2', 'launched', { toolUseResult: { isAsync: true, status: 'async_launched', agentId: 'aa2' } });
  t.says('Away.');
  t.user('<task-notification>\n<task-id>aa2</task-id>\n<status>completed</status>\n</task-notification>');
  t.user('<task-notification>\n<task-id>shell1</task-id>\n<status>completed</status>\n</task-notification>');
  const told = await tell(t);
  assert.equal(told.lines[1], '2 assistant <1 end: Agent(c1) @aa1 ok "done" || Agent(c2) @aa2 ok "launched" || text "Away."');
  assert.deepEqual(
    told.scanned.outline.turns.map((turn) => turn.agents),
    [[], ['aa1'], ['aa2'], []],
  );
});

test('the state of the last turn follows the marks', async () => {
  const cases: [string, (t: Transcript) => void, string][] = [
    ['a prompt', () => {}, 'resting'],
    ['thinking that ends the turn', (t) => t.assistant([{ type: 'thinking', thinking: 'x' }], { stop: 'end_turn' }), 'running'],
    ['text without a reason', (t) => t.assistant([{ type: 'text', text: 'x' }]), 'resting'],
    ['end_turn', (t) => t.says('x'), 'ended'],
    ['max_tokens', (t) => t.assistant([{ type: 'thinking', thinking: 'x' }], { stop: 'max_tokens' }), 'ended'],
    ['an open call', (t) => t.calls('c1'), 'running'],
    ['an open call beside text', (t) => [t.calls('c1'), t.says('x', { stop: 'tool_use' })], 'running'],
    ['a result', (t) => [t.calls('c1'), t.result('c1')], 'running'],
    ['stop_hook_summary', (t) => [t.assistant([{ type: 'text', text: 'x' }]), t.system('stop_hook_summary')], 'resting'],
    ['turn_duration', (t) => [t.assistant([{ type: 'text', text: 'x' }]), t.system('turn_duration')], 'ended'],
    ['a hook that blocked', (t) => [t.says('x'), t.attachment('hook_blocking_error'), t.calls('c1')], 'running'],
    ['an interrupt', (t) => [t.calls('c1'), t.user('[Request interrupted by user]')], 'ended'],
  ];
  for (const [name, write, state] of cases) {
    const t = new Transcript();
    t.user('Go');
    write(t);
    assert.equal(states(await tell(t)).at(-1), state, name);
  }
});

test('tokens count once a message, by its last record; the model is the last real one', async () => {
  const t = new Transcript();
  t.user('Go');
  const usage = { input_tokens: 3, cache_creation_input_tokens: 20, cache_read_input_tokens: 400, output_tokens: 1 };
  t.assistant([{ type: 'thinking', thinking: 'x' }], { id: 'm1', usage });
  t.calls('c1', 'Bash', {}, { id: 'm1', usage: { ...usage, output_tokens: 50 } });
  t.result('c1');
  t.assistant([{ type: 'text', text: 'x' }], { id: 'm2', model: 'claude-y', usage: { ...usage, input_tokens: 9, output_tokens: 7 } });
  t.says('API Error', { model: '<synthetic>', isApiErrorMessage: true, usage: { input_tokens: 0, output_tokens: 0 } });
  const turn = (await tell(t)).turns[1];
  assert.deepEqual(turn?.tokens, { output: 57, context: 429 });
  assert.equal(turn?.model, 'claude-y');
  assert.equal(turn?.time, '2026-02-01T10:00:02.000Z');
  assert.equal(turn?.ended, '2026-02-01T10:00:06.000Z');
});

test('facts: title, folder, parents, active leaf, ids by the records', async () => {
  const t = new Transcript();
  t.meta('ai-title', { aiTitle: 'By the tool' });
  t.user('One', { forkedFrom: { sessionId: 'aaaa', messageUuid: 'x' } });
  const told = await tell(t);
  assert.equal(told.scanned.outline.facts.answered, false);
  t.says('1');
  t.meta('custom-title', { customTitle: 'By hand' });
  t.meta('ai-title', { aiTitle: 'By the tool again' });
  t.user('Aside', { isSidechain: true, parentUuid: null });
  const { facts, turns } = (await tell(t, { path: '/h/renamed.jsonl' })).scanned.outline;
  assert.deepEqual(facts, {
    native: '5e551000-0000-4000-8000-000000000000',
    root: uuidOf(1),
    parents: ['aaaa'],
    title: 'By hand',
    folder: '/w/lines',
    active: turns[1]?.id,
    answered: true,
  });
});

test('the file of an agent is one thread and names its session', async () => {
  const t = new Transcript({ isSidechain: true, agentId: 'a1b2' });
  t.user('count files');
  t.says('7');
  const told = await tell(t, { path: '/h/.claude/projects/-w/5e551000-0000-4000-8000-000000000000/subagents/agent-a1b2.jsonl' });
  assert.deepEqual(told.lines, ['1 user: text "count files"', '2 assistant <1 end: text "7"']);
  assert.deepEqual(told.scanned.outline.facts.agent, { id: 'a1b2', of: '5e551000-0000-4000-8000-000000000000' });
  assert.equal(told.scanned.outline.turns[0]?.agent, undefined);
  const renamed = await tell(t, { path: '/h/copy.jsonl' });
  assert.deepEqual(renamed.lines, told.lines);
  assert.deepEqual(renamed.scanned.outline.facts.agent, told.scanned.outline.facts.agent);
});
