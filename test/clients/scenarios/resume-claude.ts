// Claude Code goes on with what convo wrote: its own conversations cut at every turn, and Codex's.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeCode as exporter } from '../../../src/exporters/claude-code/index.ts';
import type { Exported } from '../../../src/exporters/exporter.ts';
import { claudeCode } from '../../../src/importers/claude-code/index.ts';
import { codex } from '../../../src/importers/codex/index.ts';
import { caseHome, casesOf } from '../../support/sources.ts';
import { sourcesOf, stepOf, stepsOf, threadsOf, writeInto } from '../resumed.ts';
import { reply, text, thinking, tool } from '../script.ts';
import type { Stage } from '../stage.ts';
import { openTerminal } from '../terminal.ts';
import { ask, open, say } from './claude-client.ts';
import type { Scenario } from './scenario.ts';

/** Goes on with each thread by one prompt. */
async function resumeEach(stage: Stage, threads: Exported[], what: string): Promise<void> {
  for (const [index, thread] of threads.entries()) {
    const prompt = `go on ${what.toLowerCase().replaceAll(/[^a-z]/g, ' ')} number ${index + 1} now`;
    stage.model.say({ [prompt]: [reply(text(`On with ${index + 1}.`))] });
    const resumed = writeInto(stage, exporter, thread, prompt);
    await say(stage, prompt, ...resumed.args);
    stage.checkpointResumed(`${what}, from turn ${thread.turns.length}${stepOf(thread)}`, resumed, prompt);
  }
}

/** What the client recorded. */
async function recorded({ home }: Stage) {
  const sources = await sourcesOf(claudeCode, home);
  const [whole] = sources;
  if (!whole) throw new Error('nothing was recorded');
  return { whole, sources };
}

const own: Scenario = {
  name: 'resume-own',
  client: 'claude-code',
  run: async (stage) => {
    writeFileSync(join(stage.project, 'a.txt'), 'alpha\nbeta\n');
    const id = randomUUID();
    stage.model.say({
      'look around': [
        reply(
          thinking('First the files.'),
          text('Let me look.'),
          tool('Bash', { command: 'ls', description: 'List' }),
          tool('Read', { file_path: join(stage.project, 'a.txt') }),
        ),
        reply(tool('Bash', { command: 'echo out; exit 3', description: 'Fail' })),
        reply(thinking('Now write.'), tool('Edit', { file_path: join(stage.project, 'a.txt'), old_string: 'beta', new_string: 'gamma' })),
        reply(text('All done.')),
      ],
      'count a lot': [reply(tool('Bash', { command: 'seq 1 20000', description: 'Count' })), reply(text('Counted.'))],
      'and the last': [reply(text('The last answer.'))],
    });
    await say(stage, 'look around', '--session-id', id);
    await say(stage, 'count a lot', '--resume', id);
    await say(stage, 'and the last', '--resume', id);
    const { whole, sources } = await recorded(stage);
    await resumeEach(stage, threadsOf(whole, sources), 'its own records');
    await resumeEach(stage, threadsOf(whole, sources, true), 'built from the model');
  },
};

/** From each step inside an answer, with its own records, thinking among them, and built. */
const steps: Scenario = {
  name: 'resume-steps',
  client: 'claude-code',
  run: async (stage) => {
    const id = randomUUID();
    stage.model.say({
      'look around': [
        reply(
          thinking('First the files.'),
          text('Let me look.'),
          tool('Bash', { command: 'ls', description: 'List' }),
          tool('Bash', { command: 'pwd', description: 'Where' }),
        ),
        reply(tool('Bash', { command: 'echo out; exit 3', description: 'Fail' })),
        reply(thinking('Now count.'), tool('Bash', { command: 'seq 1 20000', description: 'Count' })),
        reply(text('All done.')),
      ],
    });
    await say(stage, 'look around', '--session-id', id);
    const { whole, sources } = await recorded(stage);
    await resumeEach(stage, stepsOf(whole, sources), 'its own records up to a step');
    await resumeEach(stage, stepsOf(whole, sources, true), 'built up to a step');
  },
};

/** In a terminal the client draws what was said and done, and its picker lists the conversation by its title. */
const drawn: Scenario = {
  name: 'resume-drawn',
  client: 'claude-code',
  terminal: true,
  run: async (stage) => {
    const sources = await sourcesOf(codex, caseHome('codex', 'everyday'));
    const [whole] = sources;
    const thread = whole && threadsOf(whole, sources, true).at(-1);
    if (!thread) throw new Error('no thread');
    stage.model.say({ 'and in the terminal': [reply(text('Drawn and answered.'))] });
    const resumed = writeInto(stage, exporter, { ...thread, title: 'Tides as JSON' }, 'drawn');
    const terminal = await open(stage, ...resumed.args);
    await terminal.until(/Heights|heights in JSON/);
    await ask(stage, terminal, 'and in the terminal');
    await terminal.close();
    stage.checkpointResumed('drawn in a terminal', resumed, 'and in the terminal');
    const picker = openTerminal(stage, '--resume');
    await picker.until(/Tides as JSON/);
    await picker.close();
  },
};

/** Threads of a fixture of Codex: of the first source from every turn. */
const foreign = (name: string): Scenario => ({
  name: `resume-codex-${name}`,
  client: 'claude-code',
  run: async (stage) => {
    const sources = await sourcesOf(codex, caseHome('codex', name));
    for (const [index, whole] of sources.filter(({ facts }) => facts.agent === undefined).entries()) {
      const threads = [...threadsOf(whole, sources, true), ...(name === 'everyday' ? stepsOf(whole, sources, true) : [])];
      await resumeEach(stage, index === 0 ? threads : threads.slice(-1), `Codex ${name} ${'abcdefgh'.charAt(index)}`);
    }
  },
});

export const resumeClaude: Scenario[] = [own, steps, drawn, ...casesOf('codex').map(foreign)];
