import { exitCodes } from '../errors.ts';
import { cloneWire } from '../ui/json/clone.ts';
import { cloneView } from '../ui/text/clone.ts';
import { command } from './command.ts';

export const clone = command({
  verb: 'clone',
  summary: 'make a store from a remote: the conversations of another machine',
  details: `The remote is the primary one of the new store, by the name origin: from then
on convo sync keeps both alike. What this machine's tools have is added by
convo import. A store that is there already is left alone: there it is
convo remote add origin <url>, and convo sync.`,
  args: [{ name: 'url', summary: 'https://, ssh://, git://, host:path or a folder', required: true }],
  flags: {
    name: { type: 'string', value: 'name', summary: 'what to call the remote (origin)' },
    lazy: { type: 'boolean', summary: 'the catalogue alone; each conversation when it is first asked for' },
    'no-raw': { type: 'boolean', summary: 'leave the source records there' },
    prefix: { type: 'string', value: 'refs', summary: 'where branches stand there (refs/heads/)' },
  },
  examples: [
    ['convo clone nas:convo.git', 'by ssh'],
    ['convo clone nas:convo.git --lazy', 'the catalogue; convo show 7qk2 fetches one'],
    ['convo clone /disk/c.git --store ./copy', 'into a store of its own'],
  ],
  errors: [
    'store-exists',
    'remote-exists',
    'bad-url',
    'url-credentials',
    'bad-remote-name',
    'bad-value',
    'bad-config',
    'code-remote',
    'unrelated-remote',
    'remote-needs-git',
    'remote-failed',
    'bad-remote-content',
    'store-newer',
    'git-failed',
    'bad-object',
    'cannot-read',
    'cannot-write',
  ],
  exits: [exitCodes.partial],
  run: async (context, { args: [url = ''], flags: { name = 'origin', lazy = false, 'no-raw': noRaw = false, prefix } }) =>
    (await context.writing()).clone(context, { url, name, raw: !noRaw, lazy, ...(prefix === undefined ? {} : { prefix }) }),
  views: { schema: 'convo.clone/1', json: cloneWire, text: cloneView },
  exit: ({ refused }) => (refused.length > 0 ? exitCodes.partial : exitCodes.ok),
});
