// Codex: what happens more rarely. Compaction in mid-work, shell lines, images, failures, agents with the parent's history, legacy threads.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../src/model/json.ts';
import { type Body, list, stringOf } from '../body.ts';
import { type Reply, reply, text, tool } from '../script.ts';
import type { Exchange } from '../stand-in.ts';
import { openTerminal } from '../terminal.ts';
import { ask, begin, ended, field, forkOf, say, shell, told, toldAfterwards } from './codex-client.ts';
import { pixel } from './pixel.ts';
import type { Scenario } from './scenario.ts';

const automatic: Scenario = {
  name: 'auto-compact',
  client: 'codex',
  run: async (stage) => {
    const work = (word: string, inputTokens: number): Reply => ({ ...reply(text(`Now ${word}.`), shell(`echo ${word}`)), inputTokens });
    stage.model.say({
      'work long': [work('one', 10), work('two', 257_000), work('three', 10), reply(text('Finished.'))],
      'side: CONTEXT CHECKPOINT COMPACTION': [reply(text('One and two are done.'))],
      'Another language model started': [work('three', 10), reply(text('Finished.'))],
      'and now': [reply(text('Now this.'))],
    });
    const id = await say(stage, 'work long');
    await say(stage, 'and now', 'resume', id);
    stage.checkpoint('compaction in mid-work', id, 'and now', await toldAfterwards(stage, id));
  },
};

const shellLine: Scenario = {
  name: 'shell',
  client: 'codex',
  run: async (stage) => {
    const { server, id: threadId } = await begin(stage, {
      'prompt one': [reply(text('Answer one.'))],
      'prompt two': [reply(text('Answer two.'))],
    });
    await ask(server, threadId, 'prompt one');
    const before = server.notices.filter((one) => one.method === 'turn/completed').length;
    await server.call('thread/shellCommand', { threadId, command: 'echo typed by hand' });
    await server.notice('turn/completed', () => server.notices.filter((one) => one.method === 'turn/completed').length > before);
    await ask(server, threadId, 'prompt two');
    stage.checkpoint('after a shell line', threadId, 'prompt two', await told(server, threadId));
    await server.close();
  },
};

const images: Scenario = {
  name: 'images',
  client: 'codex',
  run: async (stage) => {
    const path = join(stage.project, 'dot.png');
    writeFileSync(path, Buffer.from(pixel, 'base64'));
    const { server, id: threadId } = await begin(stage, {
      'look at this': [reply(tool('view_image', { path })), reply(text('A dot.'))],
      'and again': [reply(text('Again.'))],
    });
    const input = [
      { type: 'text', text: 'look at this', text_elements: [] },
      { type: 'localImage', path },
    ];
    const turn = field(await server.call('turn/start', { threadId, input }), 'turn', 'id');
    await ended(server, String(turn));
    await ask(server, threadId, 'and again');
    stage.checkpoint('an image in a prompt and in a result', threadId, 'and again', await told(server, threadId));
    await server.close();
  },
};

const failure: Scenario = {
  name: 'failure',
  client: 'codex',
  run: async (stage) => {
    const { server, id: threadId } = await begin(stage, {
      'this fails': [{ ...reply(), status: 400 }],
      'this works': [reply(text('It works.'))],
    });
    await ask(server, threadId, 'this fails');
    await ask(server, threadId, 'this works');
    stage.checkpoint('after a failure of the model', threadId, 'this works', await told(server, threadId));
    await server.close();
  },
};

const agentFork: Scenario = {
  name: 'agent-fork',
  client: 'codex',
  run: async (stage) => {
    const call = (name: string, input: Json): Reply => reply({ tool: name, namespace: 'multi_agent_v1', input });
    const agentId = (body: Body): string => {
      const outputs = list(body.input).filter((item) => item.type === 'function_call_output');
      return /"agent_id":"([^"]+)"/.exec(JSON.stringify(outputs).replaceAll('\\"', '"'))?.[1] ?? '';
    };
    stage.model.say({
      'before that': [reply(shell('echo before')), reply(text('Before.'))],
      'use an agent': [
        call('spawn_agent', { message: 'agent task one', fork_context: true }),
        (body) => call('wait_agent', { targets: [agentId(body)], timeout_ms: 30000 }),
        (body) => call('close_agent', { target: agentId(body) }),
        reply(text('It came back.')),
      ],
      'agent task one': [reply(shell('echo from the agent')), reply(text('One is done.'))],
    });
    const id = await say(stage, 'before that');
    await say(stage, 'use an agent', 'resume', id);
    stage.checkpoint('an agent with the history of its parent', id, 'use an agent', await toldAfterwards(stage, id));
  },
};

const legacy: Scenario = {
  name: 'legacy',
  client: 'codex',
  run: async (stage) => {
    const { server, id } = await begin(
      stage,
      {
        'first of all': [reply(text('I look.'), shell('echo one')), reply(text('First answer.'))],
        'then this': [reply(text('Second answer.'))],
        'fork says': [reply(text('Answer in the fork.'))],
        'fork of the fork': [reply(text('Answer in the fork of the fork.'))],
      },
      { historyMode: 'legacy' },
    );
    await ask(server, id, 'first of all');
    await ask(server, id, 'then this');
    stage.checkpoint('a legacy thread', id, 'then this', await told(server, id));
    const forked = await forkOf(server, id);
    await ask(server, forked, 'fork says');
    stage.checkpoint('a legacy fork', forked, 'fork says', await told(server, forked));
    const again = await forkOf(server, forked);
    await ask(server, again, 'fork of the fork');
    stage.checkpoint('a legacy fork of a fork', again, 'fork of the fork', await told(server, again));
    await server.close();
  },
};

const sessions: Scenario = {
  name: 'sessions',
  client: 'codex',
  run: async (stage) => {
    const session = (body: Body): number => Number(/session ID (\d+)/.exec(JSON.stringify(body.input))?.[1] ?? 0);
    stage.model.say({
      'talk to a program': [
        reply(tool('exec_command', { cmd: 'read line; echo got $line', yield_time_ms: 300, tty: true })),
        (body) => reply(tool('write_stdin', { session_id: session(body), chars: 'hello\n', yield_time_ms: 1000 })),
        reply(text('It answered.')),
      ],
    });
    const id = await say(stage, 'talk to a program');
    stage.checkpoint('a program that waits for input', id, 'talk to a program', await toldAfterwards(stage, id));
  },
};

const teams: Scenario = {
  name: 'teams',
  client: 'codex',
  run: async (stage) => {
    const call = (name: string, input: Json): Reply => reply({ tool: name, namespace: 'collaboration', input });
    const option = ['-c', 'features.multi_agent_v2=true'];
    stage.model.say({
      'use an agent': [
        call('spawn_agent', { task_name: 'counter', message: 'agent task one' }),
        call('wait_agent', { timeout_ms: 10000 }),
        reply(text('It came back.')),
      ],
      'agent task one': [reply(shell('echo from the agent')), reply(text('One is done.'))],
      afterwards: [reply(text('Yes.'))],
    });
    const id = await say(stage, 'use an agent', ...option);
    stage.checkpoint('an agent of a team', id, 'use an agent', await toldAfterwards(stage, id));
    await say(stage, 'afterwards', 'resume', id, ...option);
    stage.checkpoint('after the agent of a team', id, 'afterwards', await toldAfterwards(stage, id));
  },
};

const terminal: Scenario = {
  name: 'terminal',
  client: 'codex',
  terminal: true,
  run: async (stage) => {
    stage.model.say({
      'prompt one': [reply(shell('echo one')), reply(text('Answer one.'))],
      'prompt two': [reply(text('Answer two.'))],
      'another way': [reply(text('Another answer.'))],
    });
    const open = openTerminal(stage);
    await open.until(/Ask Codex to do anything/);
    const type = async (prompt: string, step = 0) => {
      await open.type(prompt, 'Enter');
      await stage.model.until((one) => one.key === prompt && one.step === step && one.answered);
      await open.until(/Worked for [^\n]*\s+›/);
    };
    await type('prompt one', 1);
    await type('prompt two');
    await open.type('', 'Escape', 'Escape');
    await open.until(/Browsing transcript/);
    await open.type('', 'Enter');
    await open.until(/Conversation reverted/);
    await open.type('', 'C-u');
    await type('another way');
    await open.close();
    const id = threadOf(stage.model.exchanges);
    stage.checkpoint('a rewind in the terminal', id, 'another way', await toldAfterwards(stage, id));
  },
};

/** The thread that the client names as the key of its model's cache. */
const threadOf = (exchanges: Exchange[]) => stringOf(exchanges.findLast((one) => one.key === 'another way')?.body.prompt_cache_key);

export const codexMore: Scenario[] = [automatic, shellLine, images, failure, agentFork, legacy, sessions, teams, terminal];
