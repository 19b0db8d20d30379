import type { ErrorCode } from '../errors.ts';
import { exitCodes } from '../errors.ts';
import type { Context } from '../ops/context.ts';
import type { SyncResult } from '../ops/sync-result.ts';
import { syncWire } from '../ui/json/sync.ts';
import { syncView } from '../ui/text/sync.ts';
import { command, type Typed } from './command.ts';

const full = { type: 'boolean', summary: 'ask for every branch, not for the catalogue alone' } as const;
const allowPublic = { type: 'boolean', summary: 'push there although anybody can read it' } as const;
const args = [{ name: 'remote', summary: 'its name; the primary one when it is left out' }];
const talking = [
  ...(['no-remote', 'unknown-remote', 'bad-config', 'bad-url', 'remote-needs-git', 'remote-failed', 'bad-remote-content'] as const),
  ...(['store-newer', 'locked', 'ref-moved', 'git-failed', 'bad-page', 'bad-object', 'cannot-read', 'cannot-write'] as const),
] satisfies readonly ErrorCode[];
const pushing = ['public-remote', 'unrelated-remote', 'code-remote'] as const satisfies readonly ErrorCode[];

const views = { schema: 'convo.sync/1', json: syncWire, text: syncView };
const isRefused = ({ remotes }: SyncResult) =>
  remotes.some(({ sent, fetched, failed }) => failed || (sent?.refused.length ?? 0) + (fetched?.refused.length ?? 0) > 0);
const common = {
  args,
  views,
  exits: [exitCodes.partial],
  exit: (result: SyncResult) => (isRefused(result) ? exitCodes.partial : exitCodes.ok),
};

async function run(
  context: Context,
  did: SyncResult['did'],
  { args: [remote], flags }: Pick<Typed, 'args'> & { flags: { full?: boolean; 'allow-public'?: boolean } },
): Promise<SyncResult> {
  const { full: everything = false, 'allow-public': insists = false } = flags;
  return (await context.writing()).sync(context, did, {
    full: everything,
    ...(remote === undefined ? {} : { remote }),
    ...(insists ? { allowPublic: true } : {}),
  });
}

const rule = `Conversations that went on here and on another machine become two branches of
one conversation: the one that came to the remote first keeps the name. Labels
are merged field by field. Nothing on the remote is ever overwritten.`;

export const sync = command({
  verb: 'sync',
  summary: 'fetch, agree, and push: all machines have the same conversations',
  details: `Without a remote, the primary one, and then its copies are pushed to; a copy
that is not at hand is told and left out.

${rule}

Where another machine pushes at the same moment, it is tried again. Killed in
the middle, the next sync finishes. A turn that is on a remote is not undone
by convo undo; labels, names and deletions are, everywhere.`,
  flags: { full, 'allow-public': allowPublic },
  examples: [
    ['convo sync', 'this machine and the primary remote have the same'],
    ['convo sync --full', 'also branches that were pushed by hand'],
    ['convo sync usb', 'only with this remote'],
  ],
  errors: [...talking, ...pushing, 'remote-busy'],
  ...common,
  run: (context, typed) => run(context, 'sync', typed),
});

export const pull = command({
  verb: 'pull',
  summary: 'fetch what other machines pushed, and agree with it',
  details: `${rule}
Nothing leaves this machine; convo push sends what is new here.`,
  flags: { full },
  examples: [
    ['convo pull', 'from the primary remote'],
    ['convo pull usb', 'from a copy'],
  ],
  errors: talking,
  ...common,
  run: (context, typed) => run(context, 'pull', typed),
});

export const push = command({
  verb: 'push',
  summary: 'send what is new here to a remote and its copies',
  details: `Branches go first, the catalogue last; nothing is forced. Where the remote has
something that was not fetched yet, nothing is pushed: convo sync does both.
What stays here is chosen by convo remote set --only, --except and --no-raw.`,
  flags: { 'allow-public': allowPublic },
  examples: [
    ['convo push', 'to the primary remote and all copies'],
    ['convo push usb', 'to one remote'],
  ],
  errors: ['no-store', ...talking, ...pushing, 'remote-ahead'],
  ...common,
  run: (context, typed) => run(context, 'push', typed),
});

export const fetch = command({
  verb: 'fetch',
  summary: 'bring what other machines pushed, and change nothing else',
  details: 'What was fetched waits beside the store; convo pull or convo sync takes it in.',
  flags: { full },
  examples: [
    ['convo fetch', 'from the primary remote'],
    ['convo fetch usb', 'from one remote'],
  ],
  errors: talking,
  ...common,
  run: (context, typed) => run(context, 'fetch', typed),
});
