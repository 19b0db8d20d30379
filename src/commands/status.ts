import { status as statusOf } from '../ops/status.ts';
import { statusWire } from '../ui/json/status.ts';
import { statusView } from '../ui/text/status.ts';
import { command } from './command.ts';

export const status = command({
  verb: 'status',
  summary: 'tell where the store is, what is new in the tools and not synced, what is in progress',
  details: `How far the primary remote is, is told in conversations and as it was fetched
last; nothing is asked of it. Ahead: they have something that is not there yet.
Behind: something was fetched that was not taken in.`,
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
