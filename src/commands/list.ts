import { list as listConversations } from '../ops/list.ts';
import { type GroupKey, groupKeys, type SortKey, sortKeys } from '../ops/list-order.ts';
import { listWire } from '../ui/json/list.ts';
import { listView } from '../ui/text/list.ts';
import { command } from './command.ts';
import { readSince } from './dates.ts';

export const list = command({
  verb: 'list',
  aliases: ['ls'],
  summary: 'list conversations by project, newest first',
  details: `Words narrow it down: each is looked for in title, project, task, tags and id.
Filters go together, --tag as often as you like.`,
  args: [{ name: 'text', summary: 'only those in which each word is found', many: true }],
  flags: {
    tag: { type: 'string', short: 't', many: true, value: 'tag', summary: 'only those with this tag' },
    status: { type: 'string', value: 'word', summary: "only those of this status; '' = of none" },
    priority: { type: 'string', value: '1-5', summary: "only those of this priority; '' = of none" },
    intent: { type: 'string', value: 'text', summary: 'only those whose task has this in it' },
    project: { type: 'string', value: 'text', summary: 'only projects whose name has this in it; . is the one of this folder' },
    tool: { type: 'string', value: 'name', summary: 'only those of this tool' },
    since: { type: 'string', value: 'date|3d', summary: 'only those with a turn since' },
    grep: { type: 'string', value: 'text', summary: 'only those with this in the title' },
    sort: { type: 'string', short: 's', value: 'key', choices: sortKeys, summary: 'what comes first; else the newest' },
    reverse: { type: 'boolean', short: 'r', summary: 'the other way round' },
    'group-by': { type: 'string', short: 'g', value: 'key', choices: groupKeys, summary: 'what is shown together; intent is the task' },
    agents: { type: 'boolean', summary: 'show the threads of sub-agents below their conversation' },
    all: { type: 'boolean', short: 'a', summary: 'also those without an answered prompt' },
    limit: { type: 'number', short: 'n', value: 'number', summary: 'at most so many' },
  },
  examples: [
    ['convo list --project . --since 2w', 'what was done here in two weeks'],
    ['convo ls parser -n 5', 'the last five about a parser'],
    ['convo ls -t urgent --sort priority', 'what is urgent, first things first'],
    ['convo ls --group-by intent', 'by the task that they are for'],
  ],
  errors: ['no-store', 'cannot-read', 'git-failed', 'bad-object', 'bad-page', 'bad-value', 'store-newer'],
  run(context, { args, flags: { tag, since, sort, 'group-by': groupBy, ...flags } }) {
    return listConversations(context, {
      ...flags,
      tags: tag,
      words: args,
      since: readSince('list', since, context.host.now()),
      sort: sort as SortKey | undefined,
      groupBy: groupBy as GroupKey | undefined,
    });
  },
  views: { schema: 'convo.list/1', json: listWire, text: listView },
  paged: true,
});
