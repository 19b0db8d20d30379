// Claude Code: going back in a terminal (Esc Esc), to say something else, to run a shell line, or to summarize a part.
import { reply, text } from '../script.ts';
import type { Terminal } from '../terminal.ts';
import { ask, begin, pause, say, twoPrompts } from './claude-client.ts';
import type { Scenario } from './scenario.ts';

/** Opens the rewind menu on the prompt `up` from the end and takes an option ('' = the first). */
async function goBack(terminal: Terminal, up: number, option = ''): Promise<void> {
  await terminal.type('', 'Escape', 'Escape');
  await terminal.until(/Rewind/);
  await terminal.type('', ...Array<string>(up).fill('Up'), 'Enter');
  await terminal.until(/Summarize from here/);
  await terminal.type(option, ...(option === '' ? ['Enter'] : []));
  await terminal.until(option === '' ? /❯ \S/ : /Summarized/);
  await pause(1200);
  await terminal.type('', 'C-u');
}

const rewind: Scenario = {
  name: 'rewind',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      ...twoPrompts,
      'prompt three': [reply(text('Answer three.'))],
      'another way': [reply(text('Another answer.'))],
    });
    await ask(stage, terminal, 'prompt one', 'prompt one', 1);
    await ask(stage, terminal, 'prompt two');
    await ask(stage, terminal, 'prompt three');
    stage.checkpoint('before the rewind', id, 'prompt three');
    await goBack(terminal, 2);
    await ask(stage, terminal, 'another way');
    await terminal.close();
    stage.checkpoint('after the rewind', id, 'another way');
  },
};

const shellRewind: Scenario = {
  name: 'rewind-shell',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      'prompt one': [reply(text('Answer one.'))],
      'prompt two': [reply(text('Answer two.'))],
      'shell line': [reply(text('I saw the shell.'))],
      'and further': [reply(text('Further.'))],
    });
    await ask(stage, terminal, 'prompt one');
    await ask(stage, terminal, 'prompt two');
    await goBack(terminal, 1);
    await terminal.type('!', '');
    await ask(stage, terminal, 'echo shell line', 'shell line');
    await ask(stage, terminal, 'and further');
    await terminal.close();
    stage.checkpoint('a rewind that begins with a shell line', id, 'and further');
  },
};

const summarize = (name: string, option: string): Scenario => ({
  name,
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const { id, terminal } = await begin(stage, {
      ...twoPrompts,
      'prompt three': [reply(text('Answer three.'))],
      'detailed summary': [reply(text('<analysis>I look back.</analysis>\n<summary>A part of it.</summary>'))],
      'and further': [reply(text('Further.'))],
      'from within a fork': [reply(text('Forked.'))],
      'resumed later on': [reply(text('Resumed.'))],
    });
    await ask(stage, terminal, 'prompt one', 'prompt one', 1);
    await ask(stage, terminal, 'prompt two');
    await ask(stage, terminal, 'prompt three');
    await goBack(terminal, 2, option);
    await ask(stage, terminal, 'and further');
    await terminal.close();
    stage.checkpoint('after a part was summarized', id, 'and further');
    const forked = await say(stage, 'from within a fork', '--resume', id, '--fork-session');
    stage.checkpoint('a fork after a part was summarized', forked, 'from within a fork');
    await say(stage, 'resumed later on', '--resume', id);
    stage.checkpoint('a resume after a part was summarized', id, 'resumed later on');
  },
});

export const claudeRewinds: Scenario[] = [rewind, shellRewind, summarize('summarize-from', '2'), summarize('summarize-up-to', '3')];
