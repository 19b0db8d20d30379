// Codex goes on with what convo wrote: its own threads cut at every turn, and Claude Code's; and it lists them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codex as exporter } from '../../../src/exporters/codex/index.ts';
import type { Exported } from '../../../src/exporters/exporter.ts';
import { claudeCode } from '../../../src/importers/claude-code/index.ts';
import { codex } from '../../../src/importers/codex/index.ts';
import { caseHome, casesOf } from '../../support/sources.ts';
import { openAppServer } from '../app-server.ts';
import { list, stringOf } from '../body.ts';
import { sourcesOf, stepOf, stepsOf, threadsOf, writeInto } from '../resumed.ts';
import { reply, text, thinking } from '../script.ts';
import type { Stage } from '../stage.ts';
import { ask, begin, forkOf, say, shell } from './codex-client.ts';
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

/** Throws unless Codex lists a thread that nobody went on with, under its title, and tells its words. */
async function listed(stage: Stage, thread: Exported, seed: string): Promise<void> {
  const { native } = writeInto(stage, exporter, thread, seed);
  const server = await openAppServer(stage);
  const answer = await server.call('thread/list', {});
  await server.close();
  const found = list(answer.data).find(({ id }) => id === native);
  if (!found) throw new Error(`Codex does not list ${native}: ${JSON.stringify(answer).slice(0, 2000)}`);
  if (stringOf(found.preview) === '') throw new Error(`Codex lists ${native} without a preview: ${JSON.stringify(found)}`);
}

const own: Scenario = {
  name: 'resume-own',
  client: 'codex',
  run: async (stage) => {
    writeFileSync(join(stage.project, 'a.txt'), 'alpha\nbeta\n');
    const { server, id } = await begin(stage, {
      'look around': [
        reply(thinking('First the files.'), text('Let me look.'), shell('ls'), shell('cat a.txt')),
        reply(shell('echo out; exit 3')),
        reply(text('All done.')),
      ],
      'count a lot': [reply(shell('seq 1 20000')), reply(text('Counted.'))],
      'and the last': [reply(text('The last answer.'))],
      'in the fork': [reply(shell('echo fork')), reply(text('Answer in the fork.'))],
    });
    await ask(server, id, 'look around');
    await ask(server, id, 'count a lot');
    const fork = await forkOf(server, id);
    await ask(server, fork, 'in the fork');
    await ask(server, id, 'and the last');
    await server.close();
    const sources = await sourcesOf(codex, stage.home);
    const whole = sources.find(({ facts }) => facts.native === id);
    const forked = sources.find(({ facts }) => facts.native === fork);
    if (!whole || !forked) throw new Error('nothing was recorded');
    await resumeEach(stage, threadsOf(whole, sources), 'its own records');
    await resumeEach(stage, threadsOf(forked, sources), 'the records of a fork');
    await resumeEach(stage, threadsOf(whole, sources, true), 'built from the model');
    for (const built of [false, true]) await listed(stage, threadsOf(whole, sources, built).slice(-1)[0] as Exported, `listed ${built}`);
  },
};

/** From each step inside an answer, with its own records, thinking among them, and built. */
const steps: Scenario = {
  name: 'resume-steps',
  client: 'codex',
  run: async (stage) => {
    const { server, id } = await begin(stage, {
      'look around': [
        reply(thinking('First the files.'), text('Let me look.'), shell('ls'), shell('pwd')),
        reply(shell('echo out; exit 3')),
        reply(thinking('Now count.'), shell('seq 1 20000')),
        reply(text('All done.')),
      ],
    });
    await ask(server, id, 'look around');
    await server.close();
    const sources = await sourcesOf(codex, stage.home);
    const [whole] = sources;
    if (!whole) throw new Error('nothing was recorded');
    await resumeEach(stage, stepsOf(whole, sources), 'its own records up to a step');
    await resumeEach(stage, stepsOf(whole, sources, true), 'built up to a step');
  },
};

/** Threads of a fixture of Claude Code: of the first source from every turn. */
const foreign = (name: string): Scenario => ({
  name: `resume-claude-${name}`,
  client: 'codex',
  run: async (stage) => {
    const sources = await sourcesOf(claudeCode, caseHome('claude-code', name));
    for (const [index, whole] of sources.filter(({ facts }) => facts.agent === undefined).entries()) {
      const threads = [...threadsOf(whole, sources, true), ...(name === 'everyday' ? stepsOf(whole, sources, true) : [])];
      const what = `Claude Code ${name} ${'abcdefgh'.charAt(index)}`;
      await resumeEach(stage, index === 0 ? threads : threads.slice(-1), what);
      if (index === 0) await listed(stage, threads.at(-1) as Exported, `listed ${name}`);
    }
  },
});

export const resumeCodex: Scenario[] = [own, steps, ...casesOf('claude-code').map(foreign)];
