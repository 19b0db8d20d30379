import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Transcript, tell, uuidOf } from '../../support/claude-code.ts';

/** Every row of the table of record shapes: what is written, and the turns that it gives. */
async function gives(write: (t: Transcript) => void, lines: string[]): Promise<void> {
  const transcript = new Transcript();
  write(transcript);
  assert.deepEqual((await tell(transcript)).lines, lines);
}

test('a user record opens a turn, all that the assistant does until the next one is its turn', () =>
  gives(
    (t) => {
      t.user('Fix it');
      t.assistant([{ type: 'thinking', thinking: 'Hm.', signature: 'x' }], { id: 'm1' });
      t.assistant([{ type: 'text', text: 'Looking.' }], { id: 'm1' });
      t.calls('c1', 'Bash', { command: 'ls' }, { id: 'm1' });
      t.result('c1', 'a.txt');
      t.says('Done.', { id: 'm2' });
      t.user([{ type: 'text', text: 'And now?' }]);
      t.says('Nothing.');
    },
    [
      '1 user: text "Fix it"',
      '2 assistant <1 end: thinking "Hm." | text "Looking." | Bash(c1) ok "a.txt" || text "Done."',
      '3 user <2: text "And now?"',
      '4 assistant <3 end: text "Nothing."',
    ],
  ));

test('a prompt holds its images, reminders of the harness stand folded beside it', () =>
  gives(
    (t) => {
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAEC' } };
      t.user([{ type: 'text', text: '<system-reminder>\nopen file\n</system-reminder>' }, image, { type: 'text', text: 'See' }]);
      t.user('<system-reminder>\nmind\n</system-reminder>\nSay hi');
    },
    [
      '1 user: context[system-reminder] "open file" | image/png 3 | text "See"',
      '2 user <1: context[system-reminder] "mind" | text "Say hi"',
    ],
  ));

test('a command opens a turn with its caveat before it, its output and its expanded prompt behind it', () =>
  gives(
    (t) => {
      t.user('Caveat: local commands', { isMeta: true });
      t.user('<command-name>/greet</command-name>\n<command-message>greet</command-message>\n<command-args>Ada</command-args>');
      t.user([{ type: 'text', text: 'Say hello to Ada.' }], { isMeta: true });
      t.says('Hello, Ada.');
      t.user('<command-message>clear is running…</command-message>\n<command-name>/clear</command-name>');
      t.user('<local-command-stdout>\u001b[2mCleared\u001b[22m</local-command-stdout><local-command-stderr></local-command-stderr>');
    },
    [
      '1 command: context[caveat] "Caveat: local commands" | command "/greet Ada" | expansion "Say hello to Ada."',
      '2 assistant <1 end: text "Hello, Ada."',
      '3 command <2: command "/clear" | output "Cleared"',
    ],
  ));

test('a local command of 2.1.8x leads the next user turn', () =>
  gives(
    (t) => {
      t.user('One');
      t.says('1');
      t.system('local_command', { content: '<command-name>/usage</command-name>\n<command-args></command-args>' });
      t.system('local_command', { content: '<local-command-stdout>Dismissed</local-command-stdout>' });
      t.user('<system-reminder>\nnamed\n</system-reminder>', { isMeta: true });
      t.user('Two');
    },
    [
      '1 user: text "One"',
      '2 assistant <1 end: text "1"',
      '3 user <2: command "/usage" | output "Dismissed" | context[system-reminder] "named" | text "Two"',
    ],
  ));

test('the text of a skill stands under its call', () =>
  gives(
    (t) => {
      t.user('Polish');
      t.calls('c1', 'Skill', { skill: 'polish' }, { id: 'm1' });
      t.calls('c2', 'Bash', { command: 'ls' }, { id: 'm1' });
      t.result('c1', 'Launching');
      t.user([{ type: 'text', text: 'Rub gently.' }], { isMeta: true, sourceToolUseID: 'c1' });
      t.result('c2');
      t.says('It shines.');
    },
    [
      '1 user: text "Polish"',
      '2 assistant <1 end: Skill(c1) ok "Launching" | expansion@c1 "Rub gently." | Bash(c2) ok "ok" || text "It shines."',
    ],
  ));

test('a shell line opens a turn that the model may answer', () =>
  gives(
    (t) => {
      t.user('<bash-input> npm test </bash-input>');
      t.user('<bash-stdout>1 passing</bash-stdout><bash-stderr>slow</bash-stderr>');
      t.says('Green.');
      t.user('Good');
    },
    [
      '1 shell: command "! npm test" | output "1 passing" | output[stderr] "slow"',
      '2 assistant <1 end: text "Green."',
      '3 user <2: text "Good"',
    ],
  ));

test('shell lines that nobody answered share a turn with the prompt behind them, once', () =>
  gives(
    (t) => {
      t.user('<bash-input>ls</bash-input>');
      t.user('<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>');
      t.user('<bash-input>pwd</bash-input>');
      t.user('<bash-stdout>/w</bash-stdout>');
      t.user('What is it?');
      t.user('Again: what?');
      t.says('A folder.');
    },
    [
      '1 user: command "! ls" | output "a" | command "! pwd" | output "/w" | text "What is it?"',
      '2 user <1: text "Again: what?"',
      '3 assistant <2 end: text "A folder."',
    ],
  ));

test('a task notification opens a turn of the harness', () =>
  gives(
    (t) => {
      t.user('<task-notification>\n<task-id>b1</task-id>\n<status>completed</status>\n</task-notification>');
      t.says('It is back.');
    },
    [
      '1 notice: context[task-notification] "<task-notification>\n<task-id>b1</task-id>\n<status>completed</status>\n</task-notification>"',
      '2 assistant <1 end: text "It is back."',
    ],
  ));

test('results find their calls by id: parallel, out of order, behind other records', () =>
  gives(
    (t) => {
      t.user('Both');
      const first = t.calls('c1', 'Bash', {}, { id: 'm1' });
      const second = t.calls('c2', 'Read', {}, { id: 'm1' });
      t.result('c2', [{ type: 'text', text: 'two' }], { parentUuid: second });
      t.result('c1', 'one', { parentUuid: first });
      t.says('Both there.');
    },
    ['1 user: text "Both"', '2 assistant <1 end: Bash(c1) ok "one" | Read(c2) ok "two" || text "Both there."'],
  ));

test('a result and a skill go to the turn of their call, wherever they hang', () =>
  gives(
    (t) => {
      t.user('Run');
      t.calls('c1', 'Skill');
      t.user('Meanwhile');
      t.result('c1', 'late');
      t.user([{ type: 'text', text: 'How to.' }], { isMeta: true, sourceToolUseID: 'c1' });
      t.says('Yes.');
    },
    [
      '1 user: text "Run"',
      '2 assistant <1: Skill(c1) ok "late" | expansion@c1 "How to."',
      '3 user <2: text "Meanwhile"',
      '4 assistant <3 end: text "Yes."',
    ],
  ));

test('a failed and a rejected call, and the remark that the person typed in the dialog', () =>
  gives(
    (t) => {
      t.user('Go');
      t.calls('c1');
      t.user([{ type: 'tool_result', tool_use_id: 'c1', content: 'Exit code 1', is_error: true }], { toolUseResult: 'Error: Exit code 1' });
      t.calls('c2', 'Edit');
      const denied = "The user doesn't want to proceed with this tool use.";
      t.user([{ type: 'tool_result', tool_use_id: 'c2', content: denied, is_error: true }]);
      t.calls('c3', 'Bash', {}, { id: 'm9' });
      t.calls('c4', 'Bash', {}, { id: 'm9' });
      t.user([
        { type: 'tool_result', tool_use_id: 'c3', content: 'done' },
        { type: 'text', text: 'but only this one' },
      ]);
      t.result('c4');
    },
    [
      '1 user: text "Go"',
      '2 assistant <1: Bash(c1) failed "Exit code 1" || Edit(c2) rejected "The user doesn\'t want to proceed with this tool use." || ' +
        'Bash(c3) ok "done" | remark@c3 "but only this one" | Bash(c4) ok "ok"',
    ],
  ));

test('results of any shape: images, unknown blocks, none, a call that is nowhere', () =>
  gives(
    (t) => {
      t.user('Go');
      t.calls('c1');
      const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAEC' } };
      t.result('c1', [image, { type: 'tool_reference', tool_name: 'X' }], { toolUseResult: [1, 2] });
      t.calls('c2');
      t.user([{ type: 'tool_result', tool_use_id: 'c2' }]);
      t.result('lost', 'late');
    },
    ['1 user: text "Go"', '2 assistant <1: Bash(c1) ok attachment unknown || Bash(c2) ok  | result(lost) ok "late"'],
  ));

test('calls and results of the service stand in one record', () =>
  gives(
    (t) => {
      t.user('Search');
      t.assistant([
        { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } },
        { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result', url: 'https://example.com' }] },
        { type: 'text', text: 'Found.' },
      ]);
    },
    ['1 user: text "Search"', '2 assistant <1: web_search(s1) ok unknown | text "Found."'],
  ));

test('a plan that is to be implemented opens a turn', () =>
  gives(
    (t) => {
      t.user('Implement the following plan:\n\n# Plan', { planContent: '# Plan' });
      t.says('Yes.');
    },
    ['1 user: text "Implement the following plan:\n\n# Plan"', '2 assistant <1 end: text "Yes."'],
  ));

test('an interrupt closes the turn that it stopped', () =>
  gives(
    (t) => {
      t.user('Run');
      t.calls('c1');
      t.result('c1', 'rejected', { toolUseResult: 'User rejected tool use' });
      t.user([{ type: 'text', text: '[Request interrupted by user for tool use]' }]);
      t.user('Think');
      t.user([{ type: 'text', text: '[Request interrupted by user]' }]);
      t.user('Go on');
    },
    [
      '1 user: text "Run"',
      '2 assistant <1 interrupted: Bash(c1) ok "rejected"',
      '3 user <2 interrupted: text "Think"',
      '4 user <3: text "Go on"',
    ],
  ));

test('an interrupt that stands beside a result is no remark', () =>
  gives(
    (t) => {
      t.user('Run');
      t.calls('c1');
      t.user([
        { type: 'tool_result', tool_use_id: 'c1', content: 'ok' },
        { type: 'text', text: '[Request interrupted by user for tool use]' },
      ]);
    },
    ['1 user: text "Run"', '2 assistant <1 interrupted: Bash(c1) ok "ok"'],
  ));

test('a compaction is a turn of its own; by hand, the command and its output belong to it', () =>
  gives(
    (t) => {
      t.user('Work');
      t.says('Working.', { stop: 'tool_use' });
      const last = t.calls('c1');
      t.system('compact_boundary', { parentUuid: null, logicalParentUuid: last });
      t.user('Summary one.', { isCompactSummary: true, isVisibleInTranscriptOnly: true });
      t.says('Still working.');
      const tail = t.last;
      t.system('compact_boundary', { parentUuid: null, logicalParentUuid: tail });
      t.user('Summary two.', { isCompactSummary: true });
      t.user('<local-command-caveat>Caveat: x</local-command-caveat>', { isMeta: true });
      t.user('<command-name>/compact</command-name>\n<command-args></command-args>');
      t.user('<local-command-stdout>Compacted</local-command-stdout>');
      t.user('Next');
    },
    [
      '1 user: text "Work"',
      '2 assistant <1: text "Working." || Bash(c1)',
      '3 compaction <2: text "Summary one."',
      '4 assistant <3 end: text "Still working."',
      '5 compaction <4: text "Summary two." | context[caveat] "<local-command-caveat>Caveat: x</local-command-caveat>" | command "/compact" | output "Compacted"',
      '6 user <5: text "Next"',
    ],
  ));

test('a prompt that was queued stands in the running turn', () =>
  gives(
    (t) => {
      t.user('Slowly');
      t.calls('c1');
      t.meta('queue-operation', { operation: 'enqueue', content: 'typed meanwhile' });
      t.result('c1');
      t.meta('queue-operation', { operation: 'remove' });
      t.attachment('queued_command', { prompt: 'typed meanwhile', commandMode: 'prompt' });
      t.says('Seen.');
      t.attachment('queued_command', { prompt: [{ type: 'text', text: 'and this' }], commandMode: 'prompt' });
      t.attachment('queued_command', { prompt: '<task-notification>x</task-notification>', commandMode: 'task-notification' });
      t.attachment('queued_command', { prompt: 'from a helper', commandMode: 'prompt', origin: { kind: 'coordinator' } });
    },
    [
      '1 user: text "Slowly"',
      '2 assistant <1 end: Bash(c1) ok "ok" | prompt "typed meanwhile" || text "Seen." | prompt "and this" | ' +
        'context[task-notification] "<task-notification>x</task-notification>" | context[coordinator] "from a helper"',
    ],
  ));

test('a prompt of which only the queue tells is kept; one that was sent or taken back is none', () =>
  gives(
    (t) => {
      const queue = (operation: string, content?: string) => t.meta('queue-operation', { operation, ...(content ? { content } : {}) });
      t.user('Slowly');
      t.calls('c1');
      queue('enqueue', 'only here');
      t.result('c1');
      queue('remove');
      t.calls('c2');
      queue('enqueue', 'taken back');
      queue('popAll');
      queue('enqueue', '<task-notification>no prompt</task-notification>');
      queue('remove');
      queue('enqueue', 'never sent');
      t.result('c2');
      t.says('Yes.');
      queue('dequeue');
      queue('enqueue', 'sent next');
      queue('dequeue');
      t.user('sent next');
    },
    [
      '1 user: text "Slowly"',
      '2 assistant <1 end: Bash(c1) ok "ok" | prompt "only here" || Bash(c2) ok "ok" || text "Yes."',
      '3 user <2: text "sent next"',
    ],
  ));

test('other attachments fold into the turn before them', () =>
  gives(
    (t) => {
      t.attachment('hook_success', { hookName: 'SessionStart:startup', content: 'started' });
      t.user('Go');
      t.attachment('file', {
        displayPath: 'a.ts',
        filename: '/w/a.ts',
        content: { type: 'text', file: { filePath: '/w/a.ts', content: 'let a' } },
      });
      t.attachment('file', { displayPath: 'd.png', content: { type: 'image', file: { base64: 'AAEC', type: 'image/png' } } });
      t.attachment('command_permissions', { allowedTools: ['X'] });
      t.attachment('plan_mode_exit', { planExists: false });
      t.says('Ok.');
      t.attachment('hook_blocking_error', { hookName: 'Stop', blockingError: { blockingError: 'not yet', command: 'x' } });
      t.says('Now.');
    },
    [
      '1 user: context[hook_success SessionStart:startup] "started" | text "Go" | context[file a.ts] "let a" | image/png 3 | ' +
        'context[command_permissions] "{\n  "allowedTools": [\n    "X"\n  ]\n}"',
      '2 assistant <1 end: text "Ok." | context[hook_blocking_error Stop] "not yet" || text "Now."',
    ],
  ));

test("the client's own state is in the chain and in the records line, its content in raw alone", async () => {
  const t = new Transcript();
  t.attachment('skill_listing', { content: 'skills' });
  t.user('Go');
  t.attachment('environment', { snapshot: { platform: 'linux' } });
  t.attachment('instructions', { content: 'Be brief.' });
  t.calls('c1');
  t.attachment('prompt_snapshot', { systemPrompt: ['You are'], tools: [] });
  t.result('c1');
  t.says('Ok.');
  const told = await tell(t);
  assert.deepEqual(told.lines, [
    '1 user: text "Go" | context[instructions] "Be brief."',
    '2 assistant <1 end: Bash(c1) ok "ok" || text "Ok."',
  ]);
  assert.deepEqual(
    told.turns.map(({ records }) => records),
    [
      { kept: ['00000001', '00000002', '00000003', '00000004'], others: [] },
      { kept: ['00000005', '00000006', '00000007', '00000008'], others: [] },
    ],
  );
  assert.deepEqual(told.scanned.outline.counts, { records: 8, inTurns: 5, rawOnly: 3 });
});

test('progress and marks are in the chain and not on the page, failures are', () =>
  gives(
    (t) => {
      t.add('progress', { data: { type: 'hook_progress' } });
      t.user('Go');
      t.add('progress', { data: { type: 'hook_progress' } });
      t.system('api_error', { error: { message: 'overloaded' }, retryAttempt: 2 });
      t.says('Ok.', { stop: 'tool_use' });
      t.system('stop_hook_summary');
      t.system('microcompact_boundary');
      t.system('turn_duration', { durationMs: 5 });
      t.user('More');
    },
    ['1 user: text "Go" | error "overloaded (retry 2)"', '2 assistant <1: text "Ok."', '3 user <2: text "More"'],
  ));

test('answers that no model gave: silence is no turn, a failure is an error', () =>
  gives(
    (t) => {
      t.user('<command-name>/exit</command-name>');
      t.says('No response requested.', { model: '<synthetic>', stop: 'stop_sequence' });
      t.user('Go');
      t.says('API Error: 400', { model: '<synthetic>', stop: 'stop_sequence', isApiErrorMessage: true });
    },
    ['1 command: command "/exit"', '2 user <1: text "Go"', '3 assistant <2 error: error "API Error: 400"'],
  ));

test('an unknown record with a uuid is shown, one without is raw only', async () => {
  const t = new Transcript();
  t.user('Go');
  t.says('Ok.');
  t.add('hologram', { cwd: '/w', beam: 3 });
  t.meta('starfish', { arms: 5 });
  const told = await tell(t);
  assert.deepEqual(told.lines, ['1 user: text "Go"', '2 assistant <1 end: text "Ok." | unknown hologram']);
  const part = told.turns[1]?.steps[0]?.parts[1];
  assert.deepEqual(part, { kind: 'unknown', type: 'hologram', value: { type: 'hologram', beam: 3 } });
  assert.deepEqual(told.scanned.outline.counts, { records: 4, inTurns: 3, rawOnly: 1 });
});

test('an unknown record is shown wherever it stands: before, between and behind, with a parent and without', () =>
  gives(
    (t) => {
      t.add('overture', { bar: 1 });
      t.user('Go');
      t.add('hologram', { beam: 3 });
      t.calls('c1');
      t.add('starfish', { parentUuid: null, arms: 5 });
      t.result('c1', 'ok', { parentUuid: uuidOf(4) });
      t.says('Ok.');
      t.add('nebula', { parentUuid: uuidOf(99) });
      const shown = t.last;
      t.add('quasar', { parentUuid: null });
      t.user('More', { parentUuid: shown });
    },
    [
      '1 user: unknown overture | text "Go" | unknown hologram',
      '2 assistant <1 end: Bash(c1) ok "ok" | unknown starfish || text "Ok." | unknown nebula | unknown quasar',
      '3 user <2: text "More"',
    ],
  ));

test('an unknown record without a parent changes nothing while a file grows', async () => {
  const t = new Transcript();
  t.user('Go');
  const answer = t.says('Ok.');
  t.add('hologram', { parentUuid: null });
  const lines = ['1 user: text "Go"', '2 assistant <1 end: text "Ok." | unknown hologram'];
  assert.deepEqual((await tell(t, { complete: false })).lines, lines);
  t.user('More', { parentUuid: answer });
  assert.deepEqual((await tell(t, { complete: false })).lines, [...lines, '3 user <2: text "More"']);
});

test('a message written anew with every block says everything once', () =>
  gives(
    (t) => {
      t.user('Go');
      t.assistant([{ type: 'text', text: 'Look.' }], { id: 'm1' });
      const call = { type: 'tool_use', id: 'c1', name: 'Bash', input: {} };
      t.assistant([{ type: 'text', text: 'Look.' }, call], { id: 'm1' });
      t.result('c1');
      t.assistant(
        [
          { type: 'text', text: '' },
          { type: 'fallback', from: 1 },
        ],
        { id: 'm2' },
      );
    },
    ['1 user: text "Go"', '2 assistant <1: text "Look." | Bash(c1) ok "ok" || unknown fallback'],
  ));
