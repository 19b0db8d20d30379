import { status as statusOf } from '../ops/status.ts';
import { statusWire } from '../ui/json/status.ts';
import { statusView } from '../ui/text/status.ts';
import { command } from './command.ts';

export const status = command({
  verb: 'status',
  summary: 'tell where the store is, what is new in the tools, what is in progress',
  args: [],
  flags: {},
  examples: [
    ['convo status', 'is everything saved?'],
    ['convo status --json', 'for scripts and prompts'],
  ],
  errors: ['cannot-read', 'git-failed'],
  run: (context) => statusOf(context),
  views: { schema: 'convo.status/1', json: statusWire, text: statusView },
});
