import { fail } from '../errors.ts';
import type { BranchResult } from '../ops/branch-result.ts';
import { branches } from '../ops/branches.ts';
import { branchWire } from '../ui/json/branch.ts';
import { branchView } from '../ui/text/branch.ts';
import { command } from './command.ts';
import { changeErrors, forkErrors, revisionErrors, revisionHelp } from './revision-arg.ts';

const doings = ['list', 'all', 'label', 'delete', 'force-delete'] as const;

export const branch = command({
  verb: 'branch',
  summary: 'list, make, label and delete branches',
  details: `Without arguments it lists the branches of the current conversation.
A name makes a branch there, or at any turn or step of any conversation:
nothing is copied, and what is there does not change. A turn in progress is
saved as it stands where it is named; else the branch begins before it.
${revisionHelp}`,
  args: [
    { name: 'name', summary: 'what the new branch is called; with -l, -m, -d, -D: a branch' },
    { name: 'revision', summary: 'where it begins: a turn (@6), a step of it (@7.3), a branch; with -m: the label', many: true },
  ],
  flags: {
    list: { type: 'boolean', short: 'l', summary: 'list the branches of the conversation that is named' },
    all: { type: 'boolean', short: 'a', summary: 'list the branches of all conversations' },
    label: { type: 'boolean', short: 'm', summary: 'label a branch anew; its name stays' },
    delete: { type: 'boolean', short: 'd', summary: 'delete branches whose turns are on others too' },
    'force-delete': { type: 'boolean', short: 'D', summary: 'delete branches, also with turns that are on no other' },
  },
  examples: [
    ['convo branch', 'the branches of the current conversation'],
    ['convo branch try-redis @6', 'a branch that begins behind turn 6'],
    ['convo branch shorter 7qk2/main@7.3', 'and one behind step 3 of turn 7 of another conversation'],
    ['convo branch -m try-redis "with redis"', 'show it under another label'],
    ['convo branch -d try-redis', 'delete it; convo undo brings it back'],
  ],
  errors: [...revisionErrors, ...forkErrors, 'unmerged-branch', 'last-branch', 'bad-value', ...changeErrors],
  async run(context, { args, flags }): Promise<BranchResult> {
    const chosen = doings.filter((doing) => flags[doing] && doing !== 'list');
    if (chosen.length > 1) throw usage(`--${chosen[0]} and --${chosen[1]} cannot go together`);
    const [doing] = chosen;
    const [name, second, ...rest] = args;
    if (doing === 'delete' || doing === 'force-delete') {
      if (name === undefined) throw usage('convo branch -d needs the name of a branch');
      const deleted = await (await context.writing()).deleteBranches(context, { revisions: args, force: doing === 'force-delete' });
      return { did: 'deleted', ...deleted };
    }
    if (rest.length > 0) throw usage(`convo branch does not take "${rest[0]}"`);
    if (doing === 'label') {
      if (name === undefined) throw usage('convo branch -m needs a label');
      const input = second === undefined ? { label: name } : { revision: name, label: second };
      return { did: 'labelled', ...(await (await context.writing()).labelBranch(context, input)) };
    }
    if (flags.list || doing === 'all' || name === undefined) {
      const extra = doing === 'all' ? name : second;
      if (extra !== undefined) throw usage(`convo branch --${doing === 'all' ? 'all' : 'list'} does not take "${extra}"`);
      const listed = await branches(context, { all: doing === 'all', ...(name === undefined ? {} : { revision: name }) });
      return { did: 'listed', ...listed };
    }
    return { did: 'made', ...(await (await context.writing()).fork(context, { name, revision: second ?? '' })) };
  },
  views: { schema: 'convo.branch/1', json: branchWire, text: branchView },
  paged: true,
});

const usage = (message: string) => fail('unknown-flag', { verb: 'branch', message });
