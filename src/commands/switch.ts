import { switchTo } from '../ops/switch.ts';
import { switchWire } from '../ui/json/switch.ts';
import { switchView } from '../ui/text/switch.ts';
import { command } from './command.ts';
import { revisionErrors, revisionHelp } from './revision-arg.ts';

export const switchCommand = command({
  verb: 'switch',
  summary: 'make a conversation the current one',
  details: revisionHelp,
  args: [{ name: 'revision', summary: 'a conversation, or one of its branches; - is the one before', required: true }],
  flags: {},
  examples: [
    ['convo switch 7qk2', 'then convo log, convo show and @ mean this one'],
    ['convo switch -', 'back to the one before'],
  ],
  errors: [...revisionErrors, 'cannot-write'],
  run: (context, { args: [revision = ''] }) => switchTo(context, revision),
  views: { schema: 'convo.switch/1', json: switchWire, text: switchView },
});
