import { list as listConversations } from '../ops/list.ts';
import { listWire } from '../ui/json/list.ts';
import { listView } from '../ui/text/list.ts';
import { command } from './command.ts';
import { readSince } from './dates.ts';

export const list = command({
  verb: 'list',
  aliases: ['ls'],
  summary: 'list conversations by project, newest first',
  args: [],
  flags: {
    tool: { type: 'string', value: 'name', summary: 'only those of this tool' },
    project: { type: 'string', value: 'text', summary: 'only projects whose name has this in it; . is the one of this folder' },
    since: { type: 'string', value: 'date|3d', summary: 'only those with a turn since' },
    grep: { type: 'string', value: 'text', summary: 'only those with this in the title' },
    all: { type: 'boolean', short: 'a', summary: 'also those without an answered prompt' },
    limit: { type: 'number', short: 'n', value: 'number', summary: 'at most so many' },
  },
  examples: [
    ['convo list --project . --since 2w', 'what was done here in two weeks'],
    ['convo ls --grep parser -n 5', 'the last five about a parser'],
  ],
  errors: ['no-store', 'cannot-read', 'git-failed', 'store-newer'],
  run(context, { flags: { tool, project, since, grep, all, limit } }) {
    const from = readSince('list', since, context.host.now());
    return listConversations(context, {
      ...(tool === undefined ? {} : { tool }),
      ...(project === undefined ? {} : { project }),
      ...(from === undefined ? {} : { since: from }),
      ...(grep === undefined ? {} : { grep }),
      ...(limit === undefined ? {} : { limit }),
      all: all ?? false,
    });
  },
  views: { schema: 'convo.list/1', json: listWire, text: listView },
  paged: true,
});
