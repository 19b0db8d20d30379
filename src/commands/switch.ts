import { fail } from '../errors.ts';
import type { ForkResult } from '../ops/branch-result.ts';
import { type SwitchResult, switchTo } from '../ops/switch.ts';
import { switchWire } from '../ui/json/switch.ts';
import { switchView } from '../ui/text/switch.ts';
import { command } from './command.ts';
import { changeErrors, forkErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

export interface Switched extends SwitchResult {
  /** The branch that was made. */
  made?: ForkResult;
}

export const switchCommand = command({
  verb: 'switch',
  summary: 'make a conversation, or a branch of it, the current one',
  details: revisionHelp,
  args: [{ name: 'revision', summary: 'a conversation, or one of its branches; - is the one before; with -c: where the branch begins' }],
  flags: { create: { type: 'string', short: 'c', value: 'name', summary: 'make a branch of this name first' } },
  examples: [
    ['convo switch 7qk2', 'then convo log, convo show and @ mean this one'],
    ['convo switch try-redis', 'to a branch of the current conversation'],
    ['convo switch -c try-redis @6', 'make it behind turn 6, and go there'],
    ['convo switch -', 'back to the one before'],
  ],
  errors: [...revisionErrors, ...forkErrors, ...changeErrors],
  async run(context, { args: [revision], flags: { create } }): Promise<Switched> {
    if (create === undefined) {
      if (revision === undefined) throw fail('unknown-flag', { verb: 'switch', message: 'convo switch needs a revision' });
      return switchTo(context, revision);
    }
    const made = await (await context.writing()).fork(context, {
      name: create,
      revision: revision === '-' ? '@-' : (revision ?? ''),
      typed: 'switch -c',
    });
    return { ...(await switchTo(context, `${made.id}/${made.branch}`)), made };
  },
  views: { schema: 'convo.switch/1', json: switchWire, text: switchView },
});
