import type { ErrorCode } from '../errors.ts';
import { setBackWire } from '../ui/json/undo.ts';
import { setBackView } from '../ui/text/undo.ts';
import { command } from './command.ts';

const errors = [
  'no-store',
  'unknown-operation',
  'undo-in-the-way',
  'published',
  'store-newer',
  'locked',
  'ref-moved',
  'git-failed',
  'bad-object',
  'bad-page',
  'cannot-read',
  'cannot-write',
] as const satisfies readonly ErrorCode[];

const dryRun = { type: 'boolean', summary: 'tell what would be set back, and write nothing' } as const;
const views = { schema: 'convo.undo/1', json: setBackWire, text: setBackView };

export const undo = command({
  verb: 'undo',
  summary: 'take back the last command that changed the store',
  details: `Every undo goes one command further back, convo redo forward again. Branches,
source records and cards become what they were; nothing is lost: the operation
log keeps what was taken back. The transcripts of an undone import are left
alone from then on: convo import --again reads them again.`,
  args: [{ name: 'operation', summary: 'the start of an id of convo op log; none = the last one that is not undone' }],
  flags: { 'dry-run': dryRun },
  examples: [
    ['convo undo', 'take back what was done last'],
    ['convo undo 51ab33d0', 'take back that one, where nothing later rests on it'],
  ],
  errors: ['nothing-to-undo', 'already-undone', ...errors],
  run: async (context, { args: [operation], flags }) =>
    (await context.writing()).setBack(context, {
      command: 'undo',
      dryRun: flags['dry-run'] ?? false,
      ...(operation === undefined ? {} : { operation }),
    }),
  views,
});

export const redo = command({
  verb: 'redo',
  summary: 'do again what the last undo took back',
  args: [],
  flags: { 'dry-run': dryRun },
  examples: [['convo undo && convo redo', 'changes nothing']],
  errors: ['nothing-to-redo', ...errors],
  run: async (context, { flags }) => (await context.writing()).setBack(context, { command: 'redo', dryRun: flags['dry-run'] ?? false }),
  views,
});
