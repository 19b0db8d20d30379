import { exitCodes } from '../errors.ts';
import type { VerifyResult } from '../ops/verify-result.ts';
import { verifyWire } from '../ui/json/verify.ts';
import { verifyView } from '../ui/text/verify.ts';
import { command } from './command.ts';

const isWhole = ({ checks }: VerifyResult) => checks.every((check) => check.problems.length === 0);

export const verify = command({
  verb: 'verify',
  summary: 'check that everything saved is there and whole',
  details: 'Checks the git objects, the turns of every branch, and that every source record is saved or listed as skipped.',
  args: [],
  flags: {},
  examples: [['convo verify && echo whole', 'exit code 0 means that nothing is missing']],
  errors: ['no-store', 'cannot-read', 'git-failed'],
  exits: [exitCodes.failed],
  run: async (context) => (await context.writing()).verify(context),
  views: { schema: 'convo.verify/1', json: verifyWire, text: verifyView },
  exit: (result) => (isWhole(result) ? exitCodes.ok : exitCodes.failed),
});
