import { type ConfigInput, configKeys, configure } from '../ops/config.ts';
import { configWire } from '../ui/json/config.ts';
import { configView } from '../ui/text/config.ts';
import { command } from './command.ts';

const keyHelp = Object.entries(configKeys).map(([key, row]) => `  ${key.padEnd(8)}${row.summary} (${row.default})`);

export const config = command({
  verb: 'config',
  summary: 'tell or change the settings',
  details: ['Keys:', ...keyHelp].join('\n'),
  args: [
    { name: 'key', summary: 'one setting; none = all' },
    { name: 'value', summary: "its new value; '' = back to the default" },
  ],
  flags: {},
  examples: [
    ['convo config', 'all settings'],
    ['convo config color never', 'change one'],
  ],
  errors: ['bad-config', 'cannot-read', 'cannot-write'],
  run(context, { args: [key, value] }) {
    const input: ConfigInput = { ...(key === undefined ? {} : { key }), ...(value === undefined ? {} : { value }) };
    return configure(context, input);
  },
  views: { schema: 'convo.config/1', json: configWire, text: configView },
});
