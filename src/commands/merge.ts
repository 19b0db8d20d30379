import { exitCodes, fail } from '../errors.ts';
import type { MergeInput, MergeResult } from '../ops/merge-result.ts';
import { mergeWire } from '../ui/json/merge.ts';
import { mergeView } from '../ui/text/merge.ts';
import { command, type Flags, type Values } from './command.ts';
import { changeErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

const flags = {
  into: { type: 'string', value: 'branch', summary: 'merge into this branch instead of the current one' },
  turns: { type: 'string', value: 'numbers', summary: 'bring these turns as they are: 9,11-13' },
  all: { type: 'boolean', short: 'a', summary: 'bring all turns as they are' },
  summarize: { type: 'string', short: 's', value: 'command', summary: 'tell what this program makes of the block on its stdin' },
  edit: { type: 'boolean', short: 'e', summary: 'open the block in $VISUAL or $EDITOR before it is saved' },
  'dry-run': { type: 'boolean', short: 'n', summary: 'tell what would be merged, and write nothing' },
  ours: { type: 'boolean', summary: 'in conflicts, what the branch says that is merged into holds' },
  theirs: { type: 'boolean', summary: 'in conflicts, what the merged branch says holds' },
  both: { type: 'boolean', summary: 'in conflicts, both hold' },
  continue: { type: 'boolean', summary: 'go on with a merge that stopped at conflicts' },
  abort: { type: 'boolean', summary: 'give up a merge that stopped at conflicts' },
} as const satisfies Flags;

export const merge = command({
  verb: 'merge',
  summary: 'bring what a branch found into another one',
  details: `One turn is put behind the branch: a block that tells, by rule, what was asked,
what it came to, which files changed, how commands ended, the last answer and
open questions, each line with its turn. Nothing is rewritten; the merged
turns stay where they are, and both lines are parents of the merge. It works
between conversations too, also of two tools. A turn in progress stays out,
unless it is named or there is nothing else to merge: then it is saved as it
stands. A dry run tells it without saving it.

Where both sides changed the same file, or a check passes on one side and
fails on the other, the merge stops with exit code 4 and changes nothing:
--continue with --ours, --theirs or --both goes on, and the merge turn tells
what held. With --edit you write down what holds.

--summarize and the editor are a program and its arguments, run without a
shell: spaces part words, quotes keep them together, nothing is expanded.
Where it fails, prints nothing or more than 256 KB, nothing changes.

${revisionHelp}`,
  args: [{ name: 'revision', summary: 'what to merge: a branch, or a turn of one' }],
  flags,
  examples: [
    ['convo merge try-redis', 'what try-redis came to, into the current branch'],
    ['convo merge try-redis --dry-run', 'read it first'],
    ['convo merge 3hs8 --into 7qk2/main', 'another conversation, perhaps of another tool'],
    ['convo merge try-redis --turns 9,11-13', 'these turns themselves'],
    ["convo merge redis -s 'llm -m small'", 'summed up by a model of yours'],
    ['convo merge --continue --theirs', 'after conflicts: what try-redis says holds'],
  ],
  errors: [
    ...revisionErrors,
    'merge-in-progress',
    'no-merge',
    'merge-outdated',
    'conflicts-open',
    'nothing-to-pick',
    'bad-value',
    ...changeErrors,
  ],
  exits: [exitCodes.conflicts],
  async run(context, { args: [from], flags: typed }): Promise<MergeResult> {
    const resolution = resolutionOf(typed);
    const { summarize, edit = false, 'dry-run': dryRun = false } = typed;
    const text = { edit, dryRun, ...(summarize === undefined ? {} : { summarize }), ...(resolution ? { resolution } : {}) };
    const writing = await context.writing();
    if (typed.abort || typed.continue) {
      const unfit = [from, typed.into, typed.turns, typed.all].find((one) => one !== undefined);
      if (unfit !== undefined || (typed.abort && typed.continue))
        throw usage('--continue and --abort go on with the merge that stopped: they take no revision, --into, --turns or --all');
      if (typed.abort) return writing.abortMerge(context);
      return writing.continueMerge(context, edit && !resolution ? { ...text, resolution: 'edited' } : text);
    }
    if (from === undefined) throw usage('convo merge needs a revision');
    const turns = turnsOf(typed);
    if (turns !== undefined && summarize !== undefined) throw usage('--summarize tells turns instead of bringing them as they are');
    return writing.merge(context, { ...text, from, into: typed.into ?? '', ...(turns ? { turns } : {}) });
  },
  views: { schema: 'convo.merge/1', json: mergeWire, text: mergeView },
  exit: ({ did }) => (did === 'stopped' ? exitCodes.conflicts : exitCodes.ok),
});

const usage = (message: string) => fail('unknown-flag', { verb: 'merge', message });

function resolutionOf(typed: Values<typeof flags>): MergeInput['resolution'] {
  const named = (['ours', 'theirs', 'both'] as const).filter((side) => typed[side]);
  if (named.length > 1) throw usage(`--${named[0]} and --${named[1]} cannot go together`);
  return named[0];
}

function turnsOf({ turns, all }: Values<typeof flags>): string | undefined {
  if (turns !== undefined && all) throw usage('--turns and --all cannot go together');
  return all ? 'all' : turns;
}
