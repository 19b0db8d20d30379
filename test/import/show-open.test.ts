import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { log } from '../../src/ops/log.ts';
import { type ShowResult, show } from '../../src/ops/show.ts';
import { Transcript } from '../support/claude-code.ts';
import { Rollout, uuid } from '../support/codex.ts';
import { growing, ImportHome } from '../support/import-home.ts';
import { withContext } from '../support/read-home.ts';

const session = '5e551000-0000-4000-8000-000000000000';
const claudePath = `.claude/projects/-w-lines/${session}.jsonl`;
const codexPath = `.codex/sessions/2026/03/02/rollout-2026-03-02T08-00-00-${uuid(1)}.jsonl`;

/** Two finished turns, a prompt, and an answer with a call that has no result yet. */
function claude(): Transcript {
  const t = new Transcript();
  t.user('One');
  t.says('1');
  t.user('Two');
  t.assistant([{ type: 'text', text: 'I look.' }]);
  t.calls('call-1', 'Read', { file_path: '/w/lines/a.ts' });
  return t;
}

function codex(): string {
  const rollout = new Rollout().meta().exchange('019cb000-0000-7000-8000-000000000001', 'One', '1');
  rollout.begin('019cb000-0000-7000-8000-000000000002').prompt('Two').says('Half of an answer');
  return rollout.text;
}

const showIn = (home: ImportHome, revision: string): Promise<ShowResult> =>
  withContext(home, (context) => show(context, { revision, mode: 'folded' }));

describe('a turn in progress is shown from raw', () => {
  for (const [tool, path, bytes, role] of [
    ['Claude Code', claudePath, claude().bytes, 'assistant'],
    ['Codex', codexPath, codex(), 'assistant'],
  ] as const) {
    test(`${tool}: as its page will be`, async (t) => {
      const home = new ImportHome(t);
      await home.put(path, bytes, growing);
      await home.import();
      const open = await showIn(home, '');
      assert.deepEqual(
        open.turns.map(({ summary, turn }) => [turn.n, turn.role, summary.open ?? false]),
        [
          [3, 'user', false],
          [4, role, true],
        ],
      );
      assert.deepEqual(open.open, []);
      for (const name of ['@4', '@-1', `@${open.turns[1]?.turn.id}`]) {
        const one = await showIn(home, name);
        assert.deepEqual([one.turns, one.before, one.after], [[open.turns[1]], 3, undefined], name);
      }
      assert.equal((await showIn(home, '@-2')).after, 4);
      const told = await withContext(home, (context) => log(context, { revision: '@-1', shape: 'turns', diffs: false, reverse: true }));
      assert.deepEqual([told.turns.map(({ n }) => n), told.open.map(({ n }) => n)], [[1, 2, 3], [4]]);
      await home.import({ close: true });
      const closed = await showIn(home, '');
      assert.deepEqual(
        closed.turns.map(({ turn }) => turn),
        open.turns.map(({ turn }) => turn),
      );
      assert.equal(closed.turns[1]?.summary.open, undefined);
    });
  }

  test('grown behind its page: what raw has, marked as in progress', async (t) => {
    const home = new ImportHome(t);
    const transcript = claude();
    await home.put(claudePath, transcript.bytes, growing);
    await home.import({ close: true });
    transcript.result('call-1', 'one line');
    transcript.assistant([{ type: 'text', text: 'More.' }]);
    await home.put(claudePath, transcript.bytes, growing);
    await home.import();
    const { turns } = await showIn(home, '@4');
    assert.equal(turns[0]?.summary.open, true);
    assert.equal(turns[0]?.turn.steps.at(-1)?.parts[0]?.kind, 'text');
    const told = await withContext(home, (context) => log(context, { revision: '', shape: 'exchanges', diffs: false, reverse: true }));
    assert.deepEqual([told.turns.map(({ open }) => open ?? false), told.open], [[false, false, false, true], []]);
  });

  test('the first prompt of a conversation, before anything is on a branch', async (t) => {
    const home = new ImportHome(t);
    const transcript = new Transcript();
    transcript.user('One');
    await home.put(claudePath, transcript.bytes, growing);
    await home.import();
    const { turns } = await showIn(home, session);
    assert.deepEqual(
      turns.map(({ turn, summary }) => [turn.n, summary.subject, summary.open]),
      [[1, 'One', true]],
    );
  });

  test('a sub-agent without a result, in a turn that goes on and in one that has ended', async (t) => {
    const home = new ImportHome(t);
    const transcript = new Transcript();
    transcript.user('One');
    transcript.calls('call-1', 'Task', { description: 'look', prompt: 'Look', run_in_background: true });
    transcript.result('call-1', 'started', { toolUseResult: { status: 'async_launched', agentId: 'aa11' } });
    const agent = new Transcript({ isSidechain: true, agentId: 'aa11' });
    agent.user('Look');
    agent.says('I see');
    await home.put(claudePath, transcript.bytes, growing);
    await home.put(claudePath.replace('.jsonl', '/subagents/agent-aa11.jsonl'), agent.bytes, growing);
    await home.import();
    const agents = async () => (await showIn(home, '@2')).turns.flatMap((turn) => turn.agents);
    const told = await agents();
    assert.deepEqual(
      told.map(({ id, unsaved, turns }) => [id, unsaved, turns.map(({ summary }) => summary.subject)]),
      [['aa11', true, ['Look', 'I see']]],
    );
    const [agentTurns] = told.map(({ turns }) => turns.map(({ turn }) => turn));
    const ofAgent = async (revision: string) => (await showIn(home, revision)).turns.map(({ turn }) => turn);
    for (const close of [false, true]) {
      await home.import({ close });
      assert.deepEqual(await agents(), told);
      assert.deepEqual(await ofAgent('@2/aa'), agentTurns);
      assert.deepEqual(await ofAgent('@2/aa11@-1'), agentTurns?.slice(-1));
      const logged = await withContext(home, (context) =>
        log(context, { revision: '@2/aa11', shape: 'turns', diffs: false, reverse: true }),
      );
      assert.deepEqual(
        [logged.conversation.agent, logged.open.map(({ subject }) => subject)],
        [{ id: 'aa11', turn: 2 }, ['Look', 'I see']],
      );
    }
  });
});

test('a sub-agent of a sub-agent is named behind the turn of the main thread', async (t) => {
  const home = new ImportHome(t);
  const transcript = new Transcript();
  transcript.user('One');
  const agents = ['aa11', 'bb22', 'bb33'].map((agentId, at) => {
    const agent = new Transcript({ isSidechain: true, agentId });
    agent.user('Look', { uuid: `0000001${at}-0000-4000-8000-000000000000` });
    if (agentId === 'aa11') {
      for (const inner of ['bb22', 'bb33']) {
        agent.calls(`call-${inner}`, 'Task', { prompt: 'Look' }, { uuid: `0000002${inner}` });
        agent.result(`call-${inner}`, 'seen', { toolUseResult: { status: 'completed', agentId: inner }, uuid: `0000003${inner}` });
      }
    }
    agent.says(`I am ${agentId}`, { uuid: `0000004${at}-0000-4000-8000-000000000000` });
    return { path: claudePath.replace('.jsonl', `/subagents/agent-${agentId}.jsonl`), bytes: agent.bytes };
  });
  transcript.calls('call-1', 'Task', { prompt: 'Look' });
  transcript.result('call-1', 'seen', { toolUseResult: { status: 'completed', agentId: 'aa11' } });
  transcript.says('Seen.');
  await home.putAll([{ path: claudePath, bytes: transcript.bytes }, ...agents]);
  await home.import();
  for (const name of ['bb22', 'bb33', 'bb2', 'aa']) {
    const { turns, conversation } = await showIn(home, `@2/${name}`);
    assert.match(turns.at(-1)?.summary.subject ?? '', new RegExp(`^I am ${name}`));
    assert.equal(conversation.agent?.turn, 2);
  }
  await assert.rejects(showIn(home, '@2/bb'), { code: 'unknown-agent', message: '"bb" can mean several sub-agents: bb22, bb33' });
  await assert.rejects(showIn(home, '@2/cc'), { message: /started no sub-agent "cc": it started aa11, bb22, bb33$/ });
});
