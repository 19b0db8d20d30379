import { madeResultWire } from '../ui/json/made.ts';
import { madeView } from '../ui/text/made.ts';
import { command } from './command.ts';
import { changeErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

export const cherryPick = command({
  verb: 'cherry-pick',
  summary: 'put turns of any conversation behind a branch',
  details: `Each becomes a turn of its own at the tail, in the order in which they are
named, and keeps the way to the turn that it comes from. A branch means its
last turn, a range (a..b) the turns that b has and a has not. A turn in
progress is saved as it stands where it is named.

${revisionHelp}`,
  args: [{ name: 'revision', summary: 'a turn (@4), a branch, or a range', required: true, many: true }],
  flags: { into: { type: 'string', value: 'branch', summary: 'put them behind this branch instead of the current one' } },
  examples: [
    ['convo cherry-pick redis@7 redis@8', 'a prompt and its answer'],
    ['convo cherry-pick 3hs8@-1 --into try', 'of another conversation, onto try'],
    ['convo cherry-pick main..redis', 'all that only redis has'],
  ],
  errors: [...revisionErrors, 'nothing-to-pick', 'turn-stands', 'bad-value', ...changeErrors],
  run: async (context, { args, flags }) => (await context.writing()).pick(context, { revisions: args, into: flags.into ?? '' }),
  views: { schema: 'convo.pick/1', json: madeResultWire, text: madeView('Picked') },
});
