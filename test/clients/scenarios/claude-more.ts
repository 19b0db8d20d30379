// Claude Code: what happens more rarely. Background agents, images, failures, hooks, compaction in mid-work, a rewind that begins with a shell line.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply, text, tool } from '../script.ts';
import { ask, begin, pause, say } from './claude-client.ts';
import { pixel } from './pixel.ts';
import type { Scenario } from './scenario.ts';

const images: Scenario = {
  name: 'images',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    const file = join(stage.project, 'dot.png');
    writeFileSync(file, Buffer.from(pixel, 'base64'));
    stage.model.say({
      'look at the picture': [reply(tool('Read', { file_path: file })), reply(text('A dot.'))],
      'mention it': [reply(text('A dot again.'))],
    });
    await say(stage, 'look at the picture', '--session-id', id);
    stage.checkpoint('an image in a result', id, 'look at the picture');
    await say(stage, 'mention it @dot.png', '--resume', id);
    stage.checkpoint('a mentioned file', id, 'mention it');
  },
};

const failure: Scenario = {
  name: 'failure',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    stage.model.say({
      'this fails': [{ ...reply(), status: 400 }],
      'this works': [reply(text('It works.'))],
    });
    await say(stage, 'this fails', '--session-id', id).catch(() => '');
    await say(stage, 'this works', '--resume', id);
    stage.checkpoint('after a failure of the model', id, 'this works');
  },
};

const hooks: Scenario = {
  name: 'hooks',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    const hook = (command: string) => [{ hooks: [{ type: 'command', command }] }];
    mkdirSync(join(stage.project, '.claude'), { recursive: true });
    const settings = {
      hooks: {
        SessionStart: hook('echo hook at the start'),
        UserPromptSubmit: hook('echo hook at the prompt'),
        PostToolUse: [{ matcher: 'Bash', ...hook('echo hook after a tool')[0] }],
        Stop: hook('[ -f stopped ] || { touch stopped; echo "not yet" >&2; exit 2; }'),
      },
    };
    writeFileSync(join(stage.project, '.claude', 'settings.json'), JSON.stringify(settings));
    writeFileSync(join(stage.project, 'CLAUDE.md'), 'Be brief.\n');
    stage.model.say({
      'with hooks': [
        reply(tool('Bash', { command: 'echo one', description: 'One' })),
        reply(text('First end.')),
        reply(text('Second end.')),
      ],
      'once more': [reply(text('Again.'))],
    });
    await say(stage, 'with hooks', '--session-id', id);
    stage.checkpoint('hooks that speak and one that blocks', id, 'with hooks');
    await say(stage, 'once more', '--resume', id);
    stage.checkpoint('hooks after a resume', id, 'once more');
  },
};

const automatic: Scenario = {
  name: 'auto-compact',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    const work = (word: string, inputTokens: number) => ({
      ...reply(text(`Now ${word}.`), tool('Bash', { command: `echo ${word}`, description: word })),
      inputTokens,
    });
    stage.model.say({
      'work long': [work('one', 10), work('two', 199_000), work('three', 10), reply(text('Finished.'))],
      'create a detailed summary': [reply(text('<analysis>Back.</analysis>\n<summary>One and two are done.</summary>'))],
      'This session is being continued': [work('three', 10), work('three', 10), reply(text('Finished.'))],
      'and now': [reply(text('Now this.'))],
    });
    await say(stage, 'work long', '--session-id', id, '--model', 'sonnet');
    await say(stage, 'and now', '--resume', id);
    stage.checkpoint('compaction in mid-work', id, 'and now');
  },
};

const background: Scenario = {
  name: 'background',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      'send one away': [
        reply(
          tool('Agent', { description: 'Wait', prompt: 'agent task far away', subagent_type: 'general-purpose', run_in_background: true }),
        ),
        reply(text('It is on its way.')),
      ],
      'agent task far away': [
        reply(tool('Bash', { command: 'sleep 3; echo back', description: 'Sleep' })),
        reply(text('Far away is done.')),
      ],
      'task-notification': [reply(text('It is back.'))],
      'after that': [reply(text('Good.'))],
    });
    await ask(stage, terminal, 'send one away', 'send one away', 1);
    await stage.model.until((one) => one.key === 'task-notification' && one.answered);
    await pause(1500);
    stage.checkpoint('a notice of an agent', id, 'task-notification');
    stage.checkpointAgent('the agent', id, 'agent task far away');
    await ask(stage, terminal, 'after that');
    await terminal.close();
    stage.checkpoint('after the notice', id, 'after that');
  },
};

const dialog: Scenario = {
  name: 'dialog',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const question = {
      question: 'Which one?',
      header: 'Choice',
      multiSelect: false,
      options: [
        { label: 'Red', description: 'The red one' },
        { label: 'Blue', description: 'The blue one' },
      ],
    };
    const { id, terminal } = await begin(
      stage,
      {
        'remove it': [
          reply(text('I remove it.'), tool('Bash', { command: 'rm -rf gone', description: 'Remove' })),
          reply(text('As you say.')),
        ],
        'ask me': [reply(tool('AskUserQuestion', { questions: [question] })), reply(text('Red it is.'))],
        'at the end': [reply(text('The end.'))],
      },
      '--permission-mode',
      'default',
    );
    await terminal.type('remove it', 'Enter');
    await terminal.until(/Do you want to proceed/);
    await terminal.type('', 'Down', 'Down', 'Tab');
    await terminal.type('leave it alone please', 'Enter');
    await pause(4000);
    await terminal.type('ask me', 'Enter');
    await pause(3000);
    await terminal.type('', 'Enter');
    await pause(3000);
    await ask(stage, terminal, 'at the end');
    await terminal.close();
    stage.checkpoint('a remark in a permission dialog and an answered question', id, 'at the end');
  },
};

const plan: Scenario = {
  name: 'plan',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(
      stage,
      {
        'plan it': [
          reply(text('I plan.'), tool('ExitPlanMode', { plan: '# The plan\n\n1. Write.\n2. Read.' })),
          reply(text('Built as planned.')),
        ],
        'at the end': [reply(text('The end.'))],
      },
      '--permission-mode',
      'plan',
    );
    await terminal.type('plan it', 'Enter');
    await terminal.until(/Exit plan mode|Would you like to proceed/);
    await terminal.type('', 'Enter');
    await stage.model.until((one) => one.key === 'plan it' && one.step === 1 && one.answered);
    await pause(1200);
    await ask(stage, terminal, 'at the end');
    await terminal.close();
    stage.checkpoint('an approved plan', id, 'at the end');
  },
};

const takenBack: Scenario = {
  name: 'taken-back',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      'run it slowly': [reply(tool('Bash', { command: 'sleep 6; echo slept', description: 'Sleep' })), reply(text('It slept.'))],
      'at the end': [reply(text('The end.'))],
    });
    await ask(stage, terminal, 'run it slowly');
    await terminal.type('never sent', 'Enter', 'Up');
    await terminal.type('', 'C-u');
    await stage.model.until((one) => one.key === 'run it slowly' && one.step === 1 && one.answered);
    await pause(1200);
    await ask(stage, terminal, 'at the end');
    await terminal.close();
    stage.checkpoint('a prompt taken back from the queue', id, 'at the end');
  },
};

export const claudeMore: Scenario[] = [images, failure, hooks, automatic, background, dialog, plan, takenBack];
