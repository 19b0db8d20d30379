// Claude Code in a terminal: interrupts, rewinds, commands, prompts typed while it works.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reply, text, tool } from '../script.ts';
import { ask, begin, newest, pause, say, twoPrompts } from './claude-client.ts';
import type { Scenario } from './scenario.ts';

const interrupt: Scenario = {
  name: 'interrupt',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      'run something long': [reply(text('It takes a while.'), tool('Bash', { command: 'echo waiting; sleep 60', description: 'Wait' }))],
      'think for ever': [{ ...reply(text('Half an answer'), text('never')), after: 1, hold: new Promise(() => {}) }],
      'go on then': [reply(text('On it goes.'))],
    });
    await ask(stage, terminal, 'run something long');
    await pause(2000);
    await terminal.type('', 'Escape');
    await terminal.until(/Interrupted/);
    await terminal.type('think for ever', 'Enter');
    await stage.model.until((one) => one.key === 'think for ever');
    await pause(2500);
    await terminal.type('', 'Escape');
    await pause(1500);
    await terminal.type('', 'C-u');
    await ask(stage, terminal, 'go on then');
    await terminal.close();
    stage.checkpoint('after two interrupts', id, 'go on then');
  },
};

const branch: Scenario = {
  name: 'branch',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      ...twoPrompts,
      'in the branch': [reply(text('Answer in the branch.'))],
    });
    await ask(stage, terminal, 'prompt one', 'prompt one', 1);
    await ask(stage, terminal, 'prompt two');
    await terminal.type('/branch', 'Enter');
    await pause(2500);
    await ask(stage, terminal, 'in the branch');
    await terminal.close();
    stage.checkpoint('in the branch', newest(stage), 'in the branch');
    stage.checkpoint('the branched one stays', id, 'prompt two');
  },
};

const compact: Scenario = {
  name: 'compact',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      ...twoPrompts,
      'create a detailed summary': [reply(text('<analysis>I look back.</analysis>\n<summary>We said one and two.</summary>'))],
      'after compacting': [reply(tool('Bash', { command: 'echo three', description: 'Three' })), reply(text('Answer three.'))],
      'from within a fork': [reply(text('Answer in the fork.'))],
      'resumed later on': [reply(text('Answer four.'))],
    });
    await ask(stage, terminal, 'prompt one', 'prompt one', 1);
    await ask(stage, terminal, 'prompt two');
    await terminal.type('/compact', 'Enter');
    await pause(500);
    await terminal.type('', 'Enter');
    await stage.model.until((one) => one.key === 'create a detailed summary' && one.answered);
    await pause(2500);
    await ask(stage, terminal, 'after compacting', 'after compacting', 1);
    await terminal.close();
    stage.checkpoint('after compacting', id, 'after compacting');
    const forked = await say(stage, 'from within a fork', '--resume', id, '--fork-session');
    stage.checkpoint('a fork after compacting', forked, 'from within a fork');
    await say(stage, 'resumed later on', '--resume', id);
    stage.checkpoint('a resume after compacting', id, 'resumed later on');
  },
};

const queued: Scenario = {
  name: 'queued',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      'run it slowly': [
        reply(text('Slowly.'), tool('Bash', { command: 'sleep 6; echo slept', description: 'Sleep' })),
        reply(text('It slept.')),
      ],
      'typed meanwhile': [reply(text('I saw what you typed.'))],
      'answer slowly': [{ ...reply(text('A slow answer.')), hold: pause(22_000) }],
      'typed during the answer': [reply(text('Now to the second.'))],
    });
    await ask(stage, terminal, 'run it slowly');
    await ask(stage, terminal, 'typed meanwhile');
    stage.checkpoint('a prompt typed while a tool runs', id, 'typed meanwhile');
    await terminal.type('answer slowly', 'Enter');
    await stage.model.until((one) => one.key === 'answer slowly');
    await terminal.type('typed during the answer', 'Enter');
    await stage.model.until((one) => one.key === 'typed during the answer' && one.answered);
    await pause(1500);
    await terminal.close();
    stage.checkpoint('a prompt typed while the model answers', id, 'typed during the answer');
  },
};

const commands: Scenario = {
  name: 'commands',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    mkdirSync(join(stage.project, '.claude', 'commands'), { recursive: true });
    writeFileSync(
      join(stage.project, '.claude', 'commands', 'greet.md'),
      '---\ndescription: Greets\n---\nSay hello to $ARGUMENTS politely.\n',
    );
    mkdirSync(join(stage.project, '.claude', 'skills', 'polish'), { recursive: true });
    writeFileSync(
      join(stage.project, '.claude', 'skills', 'polish', 'SKILL.md'),
      '---\nname: polish\ndescription: Polishes shoes\n---\nRub the shoes well.\n',
    );
    const { id, terminal } = await begin(stage, {
      'hello to Ada politely': [reply(text('Hello, Ada.'))],
      'use the skill': [reply(text('I use it.'), tool('Skill', { skill: 'polish' })), reply(text('They shine.'))],
      'shell line': [reply(text('I saw the shell.'))],
      'at the end': [reply(text('The end.'))],
    });
    await ask(stage, terminal, '/greet Ada', 'hello to Ada politely');
    stage.checkpoint('a command of the project', id, 'hello to Ada politely');
    await terminal.type('use the skill', 'Enter');
    await pause(4000);
    stage.checkpoint('a skill', id, 'use the skill');
    await terminal.type('!', '');
    await terminal.type('echo shell line', 'Enter');
    await pause(4000);
    await terminal.type('/usage', 'Enter');
    await pause(1500);
    await terminal.type('', 'Escape');
    await terminal.type('/rename a name by hand', 'Enter');
    await pause(1000);
    await ask(stage, terminal, 'at the end');
    await terminal.close();
    stage.checkpoint('after a shell line and local commands', id, 'at the end');
  },
};

export const claudeTerminal: Scenario[] = [interrupt, branch, compact, queued, commands];
