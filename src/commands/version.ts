import { line } from '../ui/line.ts';
import { version } from '../version.ts';
import { command } from './command.ts';

export const versionCommand = command({
  verb: 'version',
  summary: 'tell the version of convo',
  args: [],
  flags: {},
  examples: [['convo --version', 'the same']],
  errors: [],
  run: async () => ({ version }),
  views: { schema: 'convo.version/1', json: (result) => result, text: (result) => [line(`convo ${result.version}`)] },
});
