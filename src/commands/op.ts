import { fail } from '../errors.ts';
import { operationsWire } from '../ui/json/operations.ts';
import { operationsView } from '../ui/text/operations.ts';
import { command } from './command.ts';

export const op = command({
  verb: 'op',
  summary: 'tell what was done to the store, and what each command changed',
  details:
    'convo op log tells all commands that changed the store, newest first;\nconvo op show what one of them changed. They are kept for 90 days.',
  args: [
    { name: 'log|show', summary: 'log: all operations; show: one of them', required: true, choices: ['log', 'show'] },
    { name: 'id', summary: 'the start of an id of convo op log; none = the last one' },
  ],
  flags: { limit: { type: 'number', short: 'n', value: 'number', summary: 'at most so many' } },
  examples: [
    ['convo op log -n 10', 'the last ten commands that changed the store'],
    ['convo op show 51ab33d0', 'what that one changed'],
  ],
  errors: ['no-store', 'unknown-operation', 'git-failed', 'bad-object', 'bad-page', 'cannot-read'],
  async run(context, { args: [verb, operation], flags: { limit } }) {
    if (verb === 'log' && operation !== undefined) {
      throw fail('unknown-flag', { verb: 'op', message: `convo op log does not take "${operation}"; convo op show does` });
    }
    return (await context.writing()).operations(context, {
      show: verb === 'show',
      ...(operation === undefined ? {} : { operation }),
      ...(limit === undefined ? {} : { limit }),
    });
  },
  views: { schema: 'convo.op/1', json: operationsWire, text: operationsView },
  paged: true,
});
