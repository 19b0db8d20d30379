import { madeResultWire } from '../ui/json/made.ts';
import { madeView } from '../ui/text/made.ts';
import { command } from './command.ts';
import { changeErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

export const revert = command({
  verb: 'revert',
  summary: 'take a turn out of a branch',
  details: `An empty page stands in its place from then on; the turns behind it stay. The
turn itself stays in the history, and on every other branch that has it.

${revisionHelp}`,
  args: [{ name: 'revision', summary: 'the turn: @4', required: true }],
  flags: {},
  examples: [
    ['convo revert @4', 'take turn 4 out of the current branch'],
    ['convo undo', 'and put it back'],
  ],
  errors: [...revisionErrors, 'bad-value', ...changeErrors],
  run: async (context, { args: [revision = ''] }) => (await context.writing()).revert(context, { revision }),
  views: { schema: 'convo.revert/1', json: madeResultWire, text: madeView('Took out') },
});
