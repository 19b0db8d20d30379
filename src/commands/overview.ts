import { overview as overviewOf } from '../ops/status.ts';
import { overviewWire } from '../ui/json/status.ts';
import { overviewView } from '../ui/text/status.ts';
import { command } from './command.ts';

export const overview = command({
  verb: '',
  summary: 'tell the status, the last conversations, and what to type next',
  args: [],
  flags: {},
  examples: [['convo', 'where am I?']],
  errors: ['cannot-read', 'git-failed'],
  run: (context) => overviewOf(context),
  views: { schema: 'convo.overview/1', json: overviewWire, text: overviewView },
});
