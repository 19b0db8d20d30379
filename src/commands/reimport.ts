import { reimportWire } from '../ui/json/reimport.ts';
import { reimportView } from '../ui/text/reimport.ts';
import { command } from './command.ts';
import { revisionErrors } from './revision-arg.ts';

export const reimport = command({
  verb: 'reimport',
  summary: 'derive turns again from the saved source records',
  details: 'For a newer convo that reads a format better. History is not rewritten: what differs is one commit on top.',
  args: [{ name: 'revision', summary: 'a conversation; none = all', many: true }],
  flags: { 'dry-run': { type: 'boolean', summary: 'tell what would change, and write nothing' } },
  examples: [['convo reimport --dry-run', "what would today's convo read differently?"]],
  errors: [...revisionErrors, 'cannot-write', 'locked', 'store-newer'],
  run: async (context, { args, flags }) =>
    (await context.writing()).reimport(context, { revisions: [...args], dryRun: flags['dry-run'] ?? false }),
  views: { schema: 'convo.reimport/1', json: reimportWire, text: reimportView },
  paged: true,
});
