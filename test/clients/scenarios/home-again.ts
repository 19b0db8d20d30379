// The whole way: a client's conversation is imported, gone on with from every turn and step by `convo resume`, and comes home again.
import { randomUUID } from 'node:crypto';
import { isBody, list, stringOf } from '../body.ts';
import { convo, type Logged, turnsOn } from '../convo.ts';
import { reply, text, tool } from '../script.ts';
import type { Stage } from '../stage.ts';
import { say as sayToClaude } from './claude-client.ts';
import { say as sayToCodex, shell } from './codex-client.ts';
import type { Scenario } from './scenario.ts';

type Say = (stage: Stage, prompt: string, ...options: string[]) => Promise<string>;

/** Goes on from a turn (or a step of it), and throws unless what was said then stands behind that turn. */
async function goOn(stage: Stage, say: Say, conversation: string, from: Logged, step?: number): Promise<void> {
  const at = `${from.n}${step === undefined ? '' : `.${step}`}`;
  const prompt = `back from ${at.replace('.', ' step ')} again`;
  stage.model.say({ [prompt]: [reply(text(`Went on from ${at}.`))] });
  const { written } = await convo(stage, 'resume', `${conversation}/main@${at}`);
  if (!isBody(written)) throw new Error('convo resume wrote nothing');
  const [, ...args] = Array.isArray(written.command) ? written.command.map(stringOf) : [];
  const native = stringOf(written.native);
  await say(stage, prompt, ...args);
  stage.checkpointResumed(`from ${at}`, { native }, prompt);
  await convo(stage, 'import');
  const turns = await turnsOn(stage, `${conversation}/${stringOf(written.branch)}`);
  const [before, asked, answered] = turns.slice(-3);
  if (asked?.subject.includes(prompt) !== true || answered?.subject !== `Went on from ${at}`)
    throw new Error(`${at}: the branch ends otherwise: ${JSON.stringify(turns)}`);
  if (before?.n !== from.n || (step === undefined ? before.id !== from.id : before.steps !== step))
    throw new Error(`${at}: the new turn stands behind ${JSON.stringify(before)}`);
}

/** From the middle first: at the tip the conversation itself goes on. */
async function everyTurn(stage: Stage, say: Say): Promise<void> {
  await convo(stage, 'import');
  const { conversations } = await convo(stage, 'list');
  const conversation = stringOf(list(conversations)[0]?.id);
  const turns = await turnsOn(stage, `${conversation}/main`);
  for (const turn of turns) {
    for (let step = 1; step < turn.steps; step += 1) await goOn(stage, say, conversation, turn, step);
    await goOn(stage, say, conversation, turn);
  }
}

const claude: Scenario = {
  name: 'home-again',
  client: 'claude-code',
  run: async (stage) => {
    stage.model.say({
      'look around': [
        reply(text('Let me look.'), tool('Bash', { command: 'ls', description: 'List' })),
        reply(tool('Bash', { command: 'echo two; exit 3', description: 'Fail' })),
        reply(text('All done.')),
      ],
      'and the last': [reply(text('The last answer.'))],
    });
    const id = randomUUID();
    await sayToClaude(stage, 'look around', '--session-id', id);
    await sayToClaude(stage, 'and the last', '--resume', id);
    await everyTurn(stage, sayToClaude);
  },
};

const codex: Scenario = {
  name: 'home-again',
  client: 'codex',
  run: async (stage) => {
    stage.model.say({
      'look around': [reply(text('Let me look.'), shell('ls')), reply(shell('echo two; exit 3')), reply(text('All done.'))],
      'and the last': [reply(text('The last answer.'))],
    });
    const id = await sayToCodex(stage, 'look around');
    await sayToCodex(stage, 'and the last', 'resume', id);
    await everyTurn(stage, sayToCodex);
  },
};

/** From Claude Code to Codex and back, on one branch. */
const across: Scenario = {
  name: 'across-tools',
  client: 'claude-code',
  both: true,
  run: async (stage) => {
    stage.model.say({
      'look around': [reply(text('Let me look.'), tool('Bash', { command: 'ls', description: 'List' })), reply(text('All done.'))],
      'now in codex': [reply(text('Here I am.'), shell('echo codex')), reply(text('Codex did it.'))],
      'back in claude': [reply(text('Both are here.'))],
    });
    await sayToClaude(stage, 'look around', '--session-id', randomUUID());
    await convo(stage, 'import');
    const { conversations } = await convo(stage, 'list');
    const conversation = stringOf(list(conversations)[0]?.id);
    const resume = async (where: string) => {
      const { written } = await convo(stage, 'resume', `${conversation}/main`, '--in', where);
      if (!isBody(written) || !Array.isArray(written.command)) throw new Error('convo resume wrote nothing');
      return { native: stringOf(written.native), args: written.command.map(stringOf).slice(1) };
    };
    const there = await resume('codex');
    await sayToCodex(stage.as('codex'), 'now in codex', ...there.args);
    await convo(stage, 'import');
    const back = await resume('claude-code');
    await sayToClaude(stage, 'back in claude', ...back.args);
    stage.checkpointResumed('back from Codex', { native: back.native }, 'back in claude');
    await convo(stage, 'import');
    const said = (await turnsOn(stage, `${conversation}/main`)).map(({ subject }) => subject).join(' | ');
    const wanted = 'look around | All done | now in codex | Codex did it | back in claude | Both are here';
    if (said.toLowerCase().replaceAll('.', '') !== wanted.toLowerCase()) throw new Error(`the branch tells otherwise: ${said}`);
  },
};

export const homeAgain: Scenario[] = [claude, codex, across];
