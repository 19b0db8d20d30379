import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codex } from '../../../src/importers/codex/index.ts';
import { type ReadRollout, Rollout, readRollout, told, uuid } from '../../support/codex.ts';
import { caseHome, contentOf, hostAt } from '../../support/sources.ts';

/** Returns what the importer makes of the files of a fixture, by the ends of their names. */
async function fixture(name: string): Promise<Map<string, ReadRollout>> {
  const found = new Map<string, ReadRollout>();
  for await (const source of codex.discover(hostAt(caseHome('codex', name)))) {
    found.set(source.key.replace(/\.jsonl$/, '').slice(-3), await readRollout(await contentOf(source), { path: source.key }));
  }
  return found;
}

const read = async (name: string, end: string): Promise<ReadRollout> => {
  const found = (await fixture(name)).get(end);
  assert.ok(found, `${name}: no file ends in ${end}`);
  return found;
};

/** The tree as lines: what a turn says, with the number of its parent. */
const tree = ({ turns }: ReadRollout): string[] =>
  turns.map((turn, index) => `${index} < ${turns.findIndex(({ id }) => id === turn.parent)} ${told(turn).at(-1)}`);

describe('forks', () => {
  test('one that repeats nothing says where it goes on', async () => {
    const files = await fixture('forks');
    const facts = (end: string) => files.get(end)?.scanned.outline.facts;
    assert.deepEqual(facts('021')?.base, undefined);
    assert.deepEqual([facts('022')?.base, facts('022')?.parents], [{ native: uuid(21), before: 17 }, [uuid(21)]]);
    assert.deepEqual([facts('023')?.base, facts('023')?.parents], [{ native: uuid(22), before: 26 }, [uuid(22)]]);
    assert.deepEqual([facts('024')?.base, facts('024')?.parents], [{ native: uuid(21), before: 9 }, [uuid(21)]]);
    const before = (end: string, limit: number) => files.get(end)?.outline.filter(({ ordinals }) => ordinals[1] < limit).length;
    assert.deepEqual([before('021', 17), before('022', 26), before('021', 9)], [4, 2, 2]);
    for (const end of ['022', '023', '024'])
      assert.deepEqual(
        files.get(end)?.turns.map(({ parent }) => parent === null),
        [true, false],
      );
  });

  test('one that copies its parent has the same turns with the same records', async () => {
    const files = await fixture('legacy-fork');
    const [parent, fork] = [files.get('041'), files.get('042')];
    assert.ok(parent && fork);
    assert.deepEqual(
      fork.outline.slice(0, 4).map(({ id }) => id),
      parent.outline.map(({ id }) => id),
    );
    assert.deepEqual(
      fork.outline.slice(0, 4).map(({ records }) => records),
      parent.outline.map(({ records }) => records),
    );
    assert.deepEqual(
      fork.turns.slice(0, 4).map(({ steps }) => steps),
      parent.turns.map(({ steps }) => steps),
    );
    const { native, root, parents, base } = fork.scanned.outline.facts;
    assert.deepEqual({ native, root, parents, base }, { native: uuid(42), root: uuid(41), parents: [uuid(41)], base: undefined });
  });

  test('a fork of a copying fork has the root of all', async () => {
    const first = new Rollout({ mode: 'legacy' }).meta().exchange('t1', 'one', 'First.');
    const copy = (id: string, from: Rollout) => {
      const fork = new Rollout({ id, mode: 'legacy', from: 60 }).meta({ forked_from_id: from.id });
      for (const line of from.lines) fork.record(JSON.parse(line).type, JSON.parse(line).payload);
      return fork;
    };
    const second = copy(uuid(2), first).exchange('t2', 'two', 'Second.');
    const { facts } = (await readRollout(copy(uuid(3), second).text)).scanned.outline;
    assert.deepEqual([facts.native, facts.root, facts.parents], [uuid(3), uuid(1), [uuid(2), uuid(1)]]);
  });
});

describe('reverts', () => {
  test('a revision is told by the name of its file, and a base names it', async () => {
    const files = await fixture('reverts');
    const facts = (end: string) => {
      const { native, revision, base, parents } = files.get(end)?.scanned.outline.facts ?? {};
      return { native, revision, base: base?.native, parents };
    };
    assert.deepEqual(facts('031'), { native: uuid(31), revision: undefined, base: undefined, parents: [] });
    assert.deepEqual(facts('038'), { native: uuid(31), revision: uuid(38), base: uuid(31), parents: [] });
    assert.deepEqual(facts('039'), { native: uuid(31), revision: uuid(39), base: uuid(38), parents: [] });
    assert.deepEqual(facts('032'), { native: uuid(32), revision: undefined, base: uuid(39), parents: [uuid(31)] });
  });

  test('a copy of it under another name has its time instead', async () => {
    const base = { thread_id: uuid(1), end_ordinal_exclusive: 9, end_byte_offset: 1 };
    const rollout = new Rollout({ ordinal: 9 }).meta({ history_base: base }).exchange('t1', 'one', 'First.');
    assert.equal((await readRollout(rollout.text, { path: '/w/copy.jsonl' })).scanned.outline.facts.revision, '2026-03-02T08:00:00.000Z');
  });
});

test('prompts taken back stay as dead branches, the next one hangs before them', async () => {
  const file = await read('rollback', '043');
  assert.deepEqual(tree(file), [
    '0 < -1 user: text one',
    '1 < 0 assistant: text First.',
    '2 < 1 user: text two',
    '3 < 2 assistant: text Second.',
    '4 < 3 user: text three',
    '5 < 4 assistant: text Third.',
    '6 < 1 user: text two, again',
    '7 < 6 assistant: text Second, better.',
    '8 < 1 user: text two, once more',
    '9 < 8 assistant: text Second, best.',
  ]);
  assert.equal(file.scanned.outline.facts.active, file.turns[9]?.id);
  assert.ok(file.outline.every(({ state }) => state === 'ended'));
});

test('more prompts taken back than there are leave none', async () => {
  const rollout = new Rollout({ mode: 'legacy' }).meta().exchange('t1', 'one', 'First.').event('thread_rolled_back', { num_turns: 9 });
  assert.deepEqual(tree(await readRollout(rollout.exchange('t2', 'two', 'Second.').text)).slice(2), [
    '2 < -1 user: text two',
    '3 < 2 assistant: text Second.',
  ]);
});

test('a compaction is a turn, in the middle of a task too', async () => {
  const file = await read('compaction', '051');
  assert.deepEqual(tree(file), [
    '0 < -1 user: text work long',
    '1 < 0 assistant: call exec_command ok',
    '2 < 1 user/compaction: text Another language model produced this summary:\nOne is done.',
    '3 < 2 assistant: text Finished.',
    '4 < 3 user/compaction: text Another language model produced this summary:\nOne and two are done.',
    '5 < 4 user: text and now',
    '6 < 5 assistant: text Now this.',
  ]);
  assert.equal(file.turns[1]?.tokens?.context, 257000);
});

test('a compaction before the prompt of its task, and one that is only encrypted', async () => {
  const rollout = new Rollout()
    .meta()
    .exchange('t1', 'one', 'First.')
    .begin('t2')
    .record('compacted', { message: '', replacement_history: [] });
  const { turns } = await readRollout(rollout.prompt('two').says('Second.').end().text);
  assert.deepEqual(
    turns.map(({ role, kind }) => kind ?? role),
    ['user', 'assistant', 'compaction', 'user', 'assistant'],
  );
  assert.deepEqual(turns[2]?.steps, [{ parts: [] }]);
});

describe('agents', () => {
  test('the turn that is told the result names the agent, the call too', async () => {
    const { outline, turns } = await read('agents', '061');
    assert.deepEqual(
      outline.map(({ agents }) => agents),
      [[], [], [], [uuid(62)], [], []],
    );
    const spawn = turns[3]?.steps[0]?.parts[0];
    assert.deepEqual(spawn?.kind === 'tool-call' && spawn.agents, [uuid(62)]);
  });

  test('its file says whose it is', async () => {
    const { facts } = (await read('agents', '062')).scanned.outline;
    assert.deepEqual(facts.agent, { id: uuid(62), of: uuid(61), name: 'Curie' });
    assert.deepEqual([facts.native, facts.root, facts.parents], [uuid(62), uuid(61), [uuid(61)]]);
  });

  test('a team names its agents by paths: the thread stands in the activity', async () => {
    const rollout = new Rollout()
      .meta()
      .begin('t1')
      .prompt('go')
      .calls('c1', 'spawn_agent', { task_name: 'count' }, { namespace: 'collaboration' });
    const activity = (kind: string) => ({ type: 'SubAgentActivity', id: 'c1', kind, agent_thread_id: uuid(7), agent_path: '/root/count' });
    rollout.event('item_completed', { turn_id: 't1', item: activity('started') }).output('c1', '{"task_name":"/root/count"}');
    rollout.event('item_completed', { turn_id: 't1', item: activity('completed') });
    rollout.item('agent_message', { author: '/root/count', recipient: '/root', content: [{ type: 'input_text', text: 'There are 41.' }] });
    const { turns, outline } = await readRollout(rollout.says('It counted.').end().text);
    assert.deepEqual(
      outline.map(({ agents }) => agents),
      [[], [uuid(7)]],
    );
    const call = turns[1]?.steps[0]?.parts[0];
    assert.deepEqual(call?.kind === 'tool-call' && call.agents, [uuid(7)]);
    assert.deepEqual(
      turns[1]?.steps.map(({ parts }) => parts.map(({ kind }) => kind)),
      [['tool-call', 'context'], ['text']],
    );
  });

  test('a task that another agent sends leads the first step', async () => {
    const rollout = new Rollout().meta().begin('t1');
    rollout.item('agent_message', {
      author: '/root',
      recipient: '/root/count',
      content: [
        { type: 'input_text', text: 'count' },
        { type: 'encrypted_content', encrypted_content: 'b3BhcXVl' },
      ],
    });
    const { turns } = await readRollout(rollout.says('41').end().text);
    assert.deepEqual(
      turns.map(({ steps }) => steps.map(({ parts }) => parts.map(({ kind }) => kind))),
      [[['context', 'text']]],
    );
  });

  test('a result by an event of older versions', async () => {
    const rollout = new Rollout({ mode: 'legacy' }).meta().begin('t1').prompt('go').calls('c1', 'wait', {});
    rollout.event('collab_waiting_end', {
      call_id: 'c1',
      agent_statuses: [
        { thread_id: uuid(7), status: { completed: 'x' } },
        { thread_id: uuid(8), status: 'running' },
      ],
    });
    assert.deepEqual(
      (await readRollout(rollout.text)).outline.map(({ agents }) => agents),
      [[], [uuid(7)]],
    );
  });
});

test('what stands beside prompts and answers', async () => {
  const { turns } = await read('asides', '071');
  assert.deepEqual(turns.flatMap(told), [
    'user: context (environment_context)',
    'user: text look at this',
    'user: attachment image/png 70',
    'assistant: call view_image ok',
    'assistant: call web_search ok',
    'assistant: prompt typed meanwhile',
    'assistant: text A dot, and I saw what you typed.',
    'user: text run something long',
    'assistant: text It takes a while.',
    'assistant: call exec_command failed',
    'assistant: context (turn_aborted)',
    'user/shell: command ! date',
    'user/shell: output Exit code: 0\nOutput:\nMon Mar  2',
    'user: text this fails',
    'assistant: error the model is overloaded',
    'user: text what is new',
    'assistant: unknown hologram',
    'assistant: call apply_patch rejected',
    'assistant: text Nothing.',
  ]);
});

describe('older formats', () => {
  test('the bare one of 2025', async () => {
    const { turns, scanned } = await read('bare-2025', '081');
    assert.deepEqual(turns.flatMap(told), [
      'user: context (environment_context)',
      'user: text Which stations are there?',
      'assistant: thinking A look at the data.',
      'assistant: call shell ok',
      'assistant: text Brest and Huelva.',
      'user: text Count their rows.',
      'assistant: call shell failed',
      'assistant: text The file is missing.',
    ]);
    assert.equal(scanned.outline.facts.remote, 'https://example.com/ada/tidetable.git');
  });

  test('without turn_ids the turns are named by their words and place', async () => {
    const { turns, outline } = await read('no-turn-ids', '082');
    assert.deepEqual(
      turns.filter(({ role }) => role === 'user').map((turn) => told(turn).at(-1)),
      ['user: text hello', 'user: text hello', 'user: text stop there', 'user: text and now'],
    );
    assert.equal(new Set(outline.map(({ id }) => id)).size, outline.length);
    assert.deepEqual(
      turns[1]?.steps.map(({ parts }) => parts.map(({ kind }) => kind)),
      [['thinking', 'text']],
    );
    assert.deepEqual(
      [turns[1]?.tokens, turns[3]?.tokens],
      [
        { output: 5, context: 100 },
        { output: 7, context: 150 },
      ],
    );
  });

  test('two conversations that begin with the same words share no turn', async () => {
    const text = (id: string) =>
      new Rollout({ id, mode: 'legacy' }).meta().event('user_message', { message: 'hi' }).event('agent_message', { message: 'Hello.' })
        .text;
    const [a, b] = [await readRollout(text(uuid(1))), await readRollout(text(uuid(2)))];
    assert.equal(new Set([...a.outline, ...b.outline].map(({ id }) => id)).size, 4);
  });

  test('the same words after a rollback are another turn', async () => {
    const rollout = new Rollout({ mode: 'legacy' }).meta();
    const say = () => rollout.event('user_message', { message: 'hi' }).event('agent_message', { message: 'Hello.' });
    say().event('thread_rolled_back', { num_turns: 1 });
    const { outline } = await readRollout(say().text);
    assert.equal(new Set(outline.map(({ id }) => id)).size, 4);
    assert.deepEqual(
      outline.map(({ parent }) => parent === null),
      [true, false, true, false],
    );
  });

  test('a prompt waits for the turn_id that may stand behind it', async () => {
    const rollout = new Rollout({ mode: 'legacy' }).meta().event('user_message', { message: 'hi' });
    assert.equal((await readRollout(rollout.text, { complete: false })).outline.length, 0);
    assert.equal((await readRollout(rollout.text)).outline.length, 1);
    const named = await readRollout(rollout.record('turn_context', { turn_id: 't1' }).text, { complete: false });
    const other = await readRollout(new Rollout().meta().begin('t1').prompt('hi').text);
    assert.deepEqual(
      named.outline.map(({ id }) => id),
      other.outline.map(({ id }) => id),
    );
  });

  test('the one document of the first CLI', async () => {
    const items = [
      { role: 'user', content: 'hi', timestamp: 1736900000 },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
    ];
    const text = JSON.stringify({ session: { id: uuid(9), timestamp: '2025-05-01T10:00:00.000Z', instructions: '' }, items }, null, 2);
    const path = `/w/rollout-2025-05-01-${uuid(9)}.json`;
    const { turns, scanned } = await readRollout(text, { path });
    assert.deepEqual(turns.flatMap(told), ['user: text hi', 'assistant: text Hello.']);
    assert.deepEqual([scanned.raw.toString(), scanned.outline.facts.native], [text, uuid(9)]);
    const cut = await readRollout(text.slice(0, 90), { path });
    assert.deepEqual([cut.outline.length, cut.scanned.skipped.length, cut.scanned.raw.toString()], [0, 1, text.slice(0, 90)]);
    const waiting = await readRollout(text.slice(0, 90), { path, complete: false });
    assert.deepEqual([waiting.scanned.skipped.length, waiting.scanned.raw.length], [0, 0]);
    const grown = await readRollout(text, { path, before: waiting.scanned.outline.cursor });
    assert.deepEqual(grown.scanned.outline, scanned.outline);
  });
});

/** What a person can do in a thread; every word is said once. */
const deed = fc.constantFrom('exchange', 'steer', 'abort', 'compact', 'compact inside', 'roll back', 'call', 'silent');

function act(rollout: Rollout, what: string, index: number, word: (kind: string) => string): void {
  if (what === 'roll back') {
    rollout.event('thread_rolled_back', { num_turns: 1 });
    return;
  }
  rollout.begin(`t${index}`);
  if (what === 'compact') rollout.record('compacted', { message: word('summary') });
  else rollout.prompt(word('prompt'));
  if (what !== 'compact' && what !== 'silent') rollout.says(word('answer'));
  if (what === 'steer') rollout.prompt(word('steer')).says(word('answer'));
  if (what === 'call') rollout.shell(`c${index}`, 'ls', '');
  if (what === 'compact inside') rollout.record('compacted', { message: word('summary') }).says(word('answer'));
  if (what === 'abort') rollout.event('turn_aborted', { turn_id: rollout.turn, reason: 'interrupted' });
  else rollout.end();
}

test('no words are lost and none are doubled, whatever a thread goes through', async () => {
  const threads = fc.record({ mode: fc.constantFrom('paginated', 'legacy' as const), deeds: fc.array(deed, { maxLength: 12 }) });
  await fc.assert(
    fc.asyncProperty(threads, async ({ mode, deeds }) => {
      const rollout = new Rollout({ mode: mode === 'legacy' ? 'legacy' : 'paginated' }).meta();
      const said: string[] = [];
      const word = (kind: string) => {
        said.push(`${kind} ${said.length}`);
        return said.at(-1) ?? '';
      };
      for (const [index, what] of deeds.entries()) act(rollout, what, index, word);
      const { turns, outline } = await readRollout(rollout.text);
      const texts = turns.flatMap((turn) =>
        turn.steps.flatMap(({ parts }) => parts.flatMap((part) => ('text' in part ? [part.text] : []))),
      );
      assert.deepEqual(texts.sort(), said.sort());
      assert.equal(new Set(outline.map(({ id }) => id)).size, outline.length);
    }),
    { numRuns: 150 },
  );
});
