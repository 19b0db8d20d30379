// One scenario, inside the sandbox: record.ts CLIENT NAME COMMAND FOLDER. Ends with 0 when the scenario ran to its end.
import { claudeEnvironment, settleClaude } from './claude-code.ts';
import { codexEnvironment, settleCodex } from './codex.ts';
import { scenarios } from './scenarios/all.ts';
import { prepareStage } from './stage.ts';

const [client, name, command = '', folder = ''] = process.argv.slice(2);
const scenario = scenarios.find((one) => one.client === client && one.name === name);
if (scenario === undefined) throw new Error(`no scenario ${client}/${name}`);
setTimeout(() => {
  console.error('the scenario takes too long');
  process.exit(3);
}, 140_000).unref();
const stage = await prepareStage(folder, command, client === 'codex' ? codexEnvironment : claudeEnvironment);
if (client === 'codex') settleCodex(stage);
else settleClaude(stage);
await scenario.run(stage);
process.exit(0);
