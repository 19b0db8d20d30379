// One scenario, inside the sandbox: record.ts CLIENT NAME COMMAND FOLDER COMMANDS. Ends with 0 when the scenario ran to its end.
import { claudeEnvironment, settleClaude } from './claude-code.ts';
import { codexEnvironment, settleCodex } from './codex.ts';
import { scenarios } from './scenarios/all.ts';
import { prepareStage } from './stage.ts';

const [client, name, command = '', folder = '', commands = '{}'] = process.argv.slice(2);
const scenario = scenarios.find((one) => one.client === client && one.name === name);
if (scenario === undefined) throw new Error(`no scenario ${client}/${name}`);
setTimeout(() => {
  console.error('the scenario takes too long');
  process.exit(3);
}, 140_000).unref();
const both = (port: number) => ({ ...claudeEnvironment(port), ...codexEnvironment() });
const one = client === 'codex' ? codexEnvironment : claudeEnvironment;
const stage = await prepareStage(folder, command, scenario.both ? both : one, JSON.parse(commands));
if (client === 'codex' || scenario.both) settleCodex(stage);
if (client === 'claude-code') settleClaude(stage);
await scenario.run(stage);
process.exit(0);
