import { exitCodes, fail } from '../errors.ts';
import type { RemoteChoice, RemoteInput } from '../ops/remote-result.ts';
import { remoteWire } from '../ui/json/remote.ts';
import { remoteView } from '../ui/text/remote.ts';
import { command, type Values } from './command.ts';

const actions = ['add', 'list', 'set', 'remove', 'test'] as const;

const flags = {
  primary: { type: 'boolean', summary: 'the one that sync agrees with; the first remote is it by itself' },
  copy: { type: 'boolean', summary: 'only pushed to, after the primary one' },
  only: { type: 'string', value: 'which', summary: "only these leave the machine: tool:codex,project:example.com/app,tag:work; '' = all" },
  except: { type: 'string', value: 'which', summary: "these never leave the machine; '' = none" },
  raw: { type: 'boolean', summary: 'the source records go there too (the default)' },
  'no-raw': { type: 'boolean', summary: 'the source records stay at home' },
  prefix: {
    type: 'string',
    value: 'refs',
    summary: 'where branches stand there (refs/heads/); from 4,000 on: refs/convo/heads/',
  },
  'allow-public': { type: 'boolean', summary: 'push there although anybody can read it' },
} as const;

type Typed = Values<typeof flags>;

export const remoteCommand = command({
  verb: 'remote',
  summary: 'name the git repositories that conversations are kept in, and test them',
  details: `  add <name> <url>     name a repository; the first one is the primary one
  list                 all remotes
  set <name> [<url>]   change one
  remove <name>        forget one, and what was fetched from it
  test [<name>]        is it there, is it private, what does it hold?

Any empty private git repository will do. A URL is https://, ssh://, git://,
host:path, or a folder. Passwords and tokens do not belong in it: git's own
credential helpers and ssh are used.`,
  args: [
    { name: 'subcommand', summary: actions.join(', '), required: true, choices: actions },
    { name: 'name', summary: 'small letters, digits and -: origin' },
    { name: 'url', summary: 'of add and set' },
  ],
  flags,
  examples: [
    ['convo remote add origin nas:convo.git', 'the repository of all your machines, by ssh'],
    ['convo remote add usb /usb/c.git --copy', 'a copy of it'],
    ['convo remote set nas --only tag:work', 'only what is tagged leaves this machine'],
    ['convo remote set origin --no-raw', 'the source records stay here'],
    ['convo remote test', 'can it be reached, and is it private?'],
  ],
  errors: [
    'bad-url',
    'url-credentials',
    'bad-remote-name',
    'bad-selector',
    'bad-value',
    'bad-config',
    'no-remote',
    'unknown-remote',
    'remote-exists',
    'code-remote',
    'remote-needs-git',
    'no-store',
    'git-failed',
    'cannot-read',
    'cannot-write',
  ],
  exits: [exitCodes.failed],
  run: async (context, { args, flags: given }) => (await context.writing()).remote(context, inputOf(args, given)),
  views: { schema: 'convo.remote/1', json: remoteWire, text: remoteView },
  exit: (result) => (result.did === 'tested' && !result.test.reachable ? exitCodes.failed : exitCodes.ok),
});

function inputOf([action = '', name, url]: readonly string[], given: Typed): RemoteInput {
  const wrong = (message: string) => fail('unknown-flag', { verb: 'remote', message });
  const takes = { add: 2, set: 2, remove: 1, test: 1, list: 0 }[action] ?? 0;
  const extra = [name, url][takes];
  if (extra !== undefined) throw wrong(`convo remote ${action} does not take "${extra}"`);
  const [flag] = Object.keys(given).filter((key) => Object.hasOwn(flags, key));
  if (flag !== undefined && action !== 'add' && action !== 'set') throw wrong(`--${flag} goes with convo remote add and set`);
  if (action === 'list') return { action };
  if (action === 'test') return { action, ...(name === undefined ? {} : { name }) };
  if (name === undefined) throw wrong(`convo remote ${action} needs a name`);
  if (action === 'remove') return { action, name };
  const choice = choiceOf(given, wrong);
  if (action === 'set') return { action, name, choice, ...(url === undefined ? {} : { url }) };
  if (url === undefined) throw wrong('convo remote add needs a url');
  return { action: 'add', name, url, choice };
}

function choiceOf({ primary, copy, only, except, raw, prefix, ...given }: Typed, wrong: (message: string) => Error): RemoteChoice {
  if (primary && copy) throw wrong('A remote is --primary or --copy, not both');
  if (raw && given['no-raw']) throw wrong('--raw and --no-raw exclude each other');
  return {
    ...(primary || copy ? { primary: primary === true } : {}),
    ...(only === undefined ? {} : { only }),
    ...(except === undefined ? {} : { except }),
    ...(raw || given['no-raw'] ? { raw: raw === true } : {}),
    ...(prefix === undefined ? {} : { prefix }),
    ...(given['allow-public'] ? { allowPublic: true } : {}),
  };
}
