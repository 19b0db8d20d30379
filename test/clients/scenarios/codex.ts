// Codex: `codex exec` for plain runs, `codex app-server` for forks, reverts, interrupts and compaction.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../src/model/json.ts';
import { type Body, list } from '../body.ts';
import { type Reply, reply, text, thinking, tool } from '../script.ts';
import { ask, begin, ended, forkOf, say, send, shell, told, toldAfterwards } from './codex-client.ts';
import type { Scenario } from './scenario.ts';

const tools: Scenario = {
  name: 'tools',
  client: 'codex',
  run: async (stage) => {
    writeFileSync(join(stage.project, 'a.txt'), 'alpha\nbeta\n');
    const patch = '*** Begin Patch\n*** Update File: a.txt\n@@\n alpha\n-beta\n+gamma\n*** End Patch\n';
    stage.model.say({
      'plain question': [reply(text('A plain answer.'))],
      'look around': [
        reply(thinking('First the files.'), text('Let me look.'), shell('ls'), shell('cat a.txt')),
        reply(shell('echo out; echo err >&2; exit 3')),
        reply(thinking('Now write.'), shell(`apply_patch <<'EOF'\n${patch}EOF`)),
        reply(tool('update_plan', { plan: [{ step: 'Look', status: 'completed' }] })),
        reply(text('All done.\n\nThree steps.')),
      ],
      'and a third': [reply(shell('seq 1 20000')), reply(text('Counted.'))],
    });
    const id = await say(stage, 'plain question');
    stage.checkpoint('a plain answer', id, 'plain question', await toldAfterwards(stage, id));
    await say(stage, 'look around', 'resume', id);
    stage.checkpoint('after tools', id, 'look around', await toldAfterwards(stage, id));
    await say(stage, 'and a third', 'resume', id);
    stage.checkpoint('after a resume and a long output', id, 'and a third', await toldAfterwards(stage, id));
  },
};

const fork: Scenario = {
  name: 'fork',
  client: 'codex',
  run: async (stage) => {
    const { server, id } = await begin(stage, {
      'first of all': [reply(thinking('Hm.'), text('I look.'), shell('echo one')), reply(text('First answer.'))],
      'then this': [reply(text('Second answer.'))],
      'fork says': [reply(shell('echo two')), reply(text('Answer in the fork.'))],
      'fork of the fork': [reply(text('Answer in the fork of the fork.'))],
      'forked early': [reply(text('Answer in the early fork.'))],
      'back in the first': [reply(text('Answer in the first.'))],
    });
    const first = await ask(server, id, 'first of all');
    await ask(server, id, 'then this');
    const forked = await forkOf(server, id);
    await ask(server, forked, 'fork says');
    stage.checkpoint('a fork', forked, 'fork says', await told(server, forked));
    const again = await forkOf(server, forked);
    await ask(server, again, 'fork of the fork');
    stage.checkpoint('a fork of a fork', again, 'fork of the fork', await told(server, again));
    const early = await forkOf(server, id, { lastTurnId: first });
    await ask(server, early, 'forked early');
    stage.checkpoint('a fork after the first turn', early, 'forked early', await told(server, early));
    await ask(server, id, 'back in the first');
    stage.checkpoint('the first goes on', id, 'back in the first', await told(server, id));
    await server.close();
  },
};

const revert: Scenario = {
  name: 'revert',
  client: 'codex',
  run: async (stage) => {
    const { server, id } = await begin(stage, {
      'prompt one': [reply(shell('echo one')), reply(text('Answer one.'))],
      'prompt two': [reply(text('Answer two.'))],
      'prompt three': [reply(text('Answer three.'))],
      'another way': [reply(text('Another answer.'))],
      'a third way': [reply(text('A third answer.'))],
      'fork of the reverted': [reply(text('Forked answer.'))],
    });
    await ask(server, id, 'prompt one');
    const second = await ask(server, id, 'prompt two');
    await ask(server, id, 'prompt three');
    await server.call('thread/revert', { threadId: id, beforeTurnId: second });
    const other = await ask(server, id, 'another way');
    stage.checkpoint('after a revert', id, 'another way', await told(server, id));
    await server.call('thread/revert', { threadId: id, beforeTurnId: other });
    await ask(server, id, 'a third way');
    stage.checkpoint('after a second revert', id, 'a third way', await told(server, id));
    const forked = await forkOf(server, id);
    await ask(server, forked, 'fork of the reverted');
    stage.checkpoint('a fork of the reverted thread', forked, 'fork of the reverted', await told(server, forked));
    await server.close();
  },
};

const interrupt: Scenario = {
  name: 'interrupt',
  client: 'codex',
  run: async (stage) => {
    const never = new Promise<void>(() => {});
    const { server, id: threadId } = await begin(stage, {
      'run something long': [reply(text('It takes a while.'), tool('exec_command', { cmd: 'sleep 60', yield_time_ms: 30000 }))],
      'think for ever': [{ ...reply(text('Half an answer'), text('never')), after: 1, hold: never }],
      'go on then': [reply(text('On it goes.'))],
    });
    for (const prompt of ['run something long', 'think for ever']) {
      const turnId = await send(server, threadId, prompt);
      await stage.model.until((one) => one.key === prompt);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await server.call('turn/interrupt', { threadId, turnId });
      await ended(server, turnId);
    }
    await ask(server, threadId, 'go on then');
    stage.checkpoint('after two interrupts', threadId, 'go on then', await told(server, threadId));
    await server.close();
  },
};

const steer: Scenario = {
  name: 'steer',
  client: 'codex',
  run: async (stage) => {
    const { server, id: threadId } = await begin(stage, {
      'run it slowly': [reply(text('Slowly.'), shell('sleep 3; echo slept')), reply(text('It slept.'))],
      'typed meanwhile': [reply(text('I saw what you typed.'))],
    });
    const turn = await send(server, threadId, 'run it slowly');
    await stage.model.until((one) => one.key === 'run it slowly' && one.answered);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.call('turn/steer', {
      threadId,
      expectedTurnId: turn,
      input: [{ type: 'text', text: 'typed meanwhile', text_elements: [] }],
    });
    await ended(server, turn);
    stage.checkpoint('a prompt sent while a tool runs', threadId, 'typed meanwhile', await told(server, threadId));
    await server.close();
  },
};

const compact: Scenario = {
  name: 'compact',
  client: 'codex',
  run: async (stage) => {
    const { server, id: threadId } = await begin(stage, {
      'prompt one': [reply(shell('echo one')), reply(text('Answer one.'))],
      'prompt two': [reply(text('Answer two.'))],
      'side: CONTEXT CHECKPOINT COMPACTION': [reply(text('We said one and two.'))],
      'after compacting': [reply(shell('echo three')), reply(text('Answer three.'))],
      'resumed later on': [reply(text('Answer four.'))],
      'from within a fork': [reply(text('Answer in the fork.'))],
    });
    await ask(server, threadId, 'prompt one');
    await ask(server, threadId, 'prompt two');
    const before = server.notices.filter((one) => one.method === 'turn/completed').length;
    await server.call('thread/compact/start', { threadId });
    await server.notice('turn/completed', () => server.notices.filter((one) => one.method === 'turn/completed').length > before);
    await ask(server, threadId, 'after compacting');
    stage.checkpoint('after compacting', threadId, 'after compacting', await told(server, threadId));
    const forked = await forkOf(server, threadId);
    await ask(server, forked, 'from within a fork');
    stage.checkpoint('a fork after compacting', forked, 'from within a fork', await told(server, forked));
    await server.close();
    await say(stage, 'resumed later on', 'resume', threadId);
    stage.checkpoint('a resume after compacting', threadId, 'resumed later on', await toldAfterwards(stage, threadId));
  },
};

const agent: Scenario = {
  name: 'agent',
  client: 'codex',
  run: async (stage) => {
    const call = (name: string, input: Json): Reply => reply({ tool: name, namespace: 'multi_agent_v1', input });
    const agentId = (body: Body): string => {
      const outputs = list(body.input).filter((item) => item.type === 'function_call_output');
      return /"agent_id":"([^"]+)"/.exec(JSON.stringify(outputs).replaceAll('\\"', '"'))?.[1] ?? '';
    };
    stage.model.say({
      'use an agent': [
        call('spawn_agent', { message: 'agent task one' }),
        (body) => call('wait_agent', { targets: [agentId(body)], timeout_ms: 30000 }),
        reply(text('It came back.')),
      ],
      'agent task one': [reply(shell('echo from the agent')), reply(text('One is done.'))],
      afterwards: [reply(text('Yes.'))],
    });
    const id = await say(stage, 'use an agent');
    stage.checkpoint('an agent', id, 'use an agent', await toldAfterwards(stage, id));
    stage.checkpointAgent('the agent itself', id, 'agent task one');
    await say(stage, 'afterwards', 'resume', id);
    stage.checkpoint('after the agent', id, 'afterwards', await toldAfterwards(stage, id));
  },
};

export const codexScenarios: Scenario[] = [tools, fork, revert, interrupt, steer, compact, agent];
