// Claude Code run once per prompt (`claude -p`).
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply, text, thinking, tool } from '../script.ts';
import { say } from './claude-client.ts';
import type { Scenario } from './scenario.ts';

const tools: Scenario = {
  name: 'tools',
  client: 'claude-code',
  run: async (stage) => {
    writeFileSync(join(stage.project, 'a.txt'), 'alpha\nbeta\n');
    const id = randomUUID();
    stage.model.say({
      'plain question': [reply(text('A plain answer.'))],
      'look around': [
        reply(
          thinking('First the files.'),
          text('Let me look.'),
          tool('Bash', { command: 'ls', description: 'List' }),
          tool('Read', { file_path: join(stage.project, 'a.txt') }),
        ),
        reply(tool('Bash', { command: 'echo out; echo err >&2; exit 3', description: 'Fail' })),
        reply(thinking('Now write.'), tool('Edit', { file_path: join(stage.project, 'a.txt'), old_string: 'beta', new_string: 'gamma' })),
        reply(text('All done.\n\nThree steps.')),
      ],
      'and a third': [reply(tool('Bash', { command: 'seq 1 20000', description: 'Count' })), reply(text('Counted.'))],
    });
    await say(stage, 'plain question', '--session-id', id);
    stage.checkpoint('a plain answer', id, 'plain question');
    await say(stage, 'look around', '--resume', id);
    stage.checkpoint('after tools', id, 'look around');
    await say(stage, 'and a third', '--resume', id);
    stage.checkpoint('after a resume and a long output', id, 'and a third');
  },
};

const fork: Scenario = {
  name: 'fork',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    stage.model.say({
      'first of all': [
        reply(
          text('I look.'),
          tool('Bash', { command: 'sleep 1; echo one', description: 'One' }),
          tool('Read', { file_path: join(stage.project, 'none.txt') }),
        ),
        reply(text('First answer.')),
      ],
      'then this': [reply(text('Second answer.'))],
      'fork says': [reply(tool('Bash', { command: 'echo two', description: 'Two' })), reply(text('Answer in the fork.'))],
      'fork of the fork': [reply(text('Answer in the fork of the fork.'))],
      'back in the first': [reply(text('Answer in the first.'))],
    });
    await say(stage, 'first of all', '--session-id', id);
    await say(stage, 'then this', '--resume', id);
    const forked = await say(stage, 'fork says', '--resume', id, '--fork-session');
    stage.checkpoint('a fork', forked, 'fork says');
    const again = await say(stage, 'fork of the fork', '--resume', forked, '--fork-session');
    stage.checkpoint('a fork of a fork', again, 'fork of the fork');
    await say(stage, 'back in the first', '--resume', id);
    stage.checkpoint('the first goes on', id, 'back in the first');
  },
};

const agent: Scenario = {
  name: 'agent',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    const ask = (prompt: string) =>
      tool('Agent', { description: 'Count files', prompt, subagent_type: 'general-purpose', run_in_background: false });
    stage.model.say({
      'use agents': [reply(text('I send two.'), ask('agent task one'), ask('agent task two')), reply(text('Both came back.'))],
      'agent task one': [reply(tool('Bash', { command: 'echo from agent one', description: 'Echo' })), reply(text('One is done.'))],
      'agent task two': [reply(text('Two is done.'))],
      afterwards: [reply(text('Yes.'))],
    });
    await say(stage, 'use agents', '--session-id', id);
    stage.checkpoint('two agents', id, 'use agents');
    stage.checkpointAgent('the first agent', id, 'agent task one');
    stage.checkpointAgent('the second agent', id, 'agent task two');
    await say(stage, 'afterwards', '--resume', id);
    stage.checkpoint('after the agents', id, 'afterwards');
  },
};

export const claudePrint: Scenario[] = [tools, fork, agent];
