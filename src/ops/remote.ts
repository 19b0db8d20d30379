import { ConvoError, fail } from '../errors.ts';
import { parseSelectors } from '../model/leaving.ts';
import { conversationOf, kindOf, trackingPrefix } from '../store/remote/remote.ts';
import { openTransport } from '../store/remote/transport.ts';
import { readUrl } from '../store/remote/url.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { codeProject, forgetCheck, holding } from './remote/guard.ts';
import { blank, dropRemote, prefixFault, type RemoteSettings, readRemotes, remoteNamed, writeRemote } from './remote/settings.ts';
import type { RemoteChoice, RemoteInput, RemoteResult, RemoteTest } from './remote-result.ts';

/** Opens the store, undefined where there is none. */
export type OpenStore = () => Promise<Store | undefined>;

/** Does to the remotes of the settings what was asked; only `test` asks the remote itself anything. */
export async function remote(context: Context, open: OpenStore, input: RemoteInput): Promise<RemoteResult> {
  switch (input.action) {
    case 'list':
      return { did: 'listed', remotes: await readRemotes(context) };
    case 'add':
      return add(context, open, input);
    case 'set':
      return set(context, open, input);
    case 'remove':
      return remove(context, open, input.name);
    default:
      return { did: 'tested', ...(await test(context, open, await remoteNamed(context, input.name))) };
  }
}

type Input<Action extends RemoteInput['action']> = Extract<RemoteInput, { action: Action }>;

async function add(context: Context, open: OpenStore, { name, url, choice }: Input<'add'>): Promise<RemoteResult> {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) throw fail('bad-remote-name', { name });
  const remotes = await readRemotes(context);
  if (remotes.some((other) => other.name === name)) throw fail('remote-exists', { remote: name });
  if (choice.primary === false && remotes.length === 0)
    throw fail('unknown-flag', { verb: 'remote', message: 'The first remote is the primary one: leave --copy out' });
  const made = changed({ ...blank(name), primary: remotes.length === 0 }, choice);
  made.url = await usable(context, open, url);
  await save(context, made, remotes);
  return { did: 'added', remote: made, remotes: await readRemotes(context) };
}

async function set(context: Context, open: OpenStore, { name, url, choice }: Input<'set'>): Promise<RemoteResult> {
  const before = await remoteNamed(context, name);
  const remotes = await readRemotes(context);
  if (choice.primary === false && before.primary)
    throw fail('unknown-flag', {
      verb: 'remote',
      message: `${name} stays the primary one until another is made it: convo remote set <other> --primary`,
    });
  const after = changed(before, choice);
  if (url !== undefined) after.url = await usable(context, open, url);
  if (after.url !== before.url || after.prefix !== before.prefix) {
    if (after.url !== before.url) after.allowPublic = choice.allowPublic === true;
    await forgetFetched(await open(), name);
  }
  await save(context, after, remotes);
  await forgetCheck(context, name);
  return { did: 'changed', remote: after, remotes: await readRemotes(context) };
}

async function remove(context: Context, open: OpenStore, name: string): Promise<RemoteResult> {
  const gone = await remoteNamed(context, name);
  await forgetFetched(await open(), name);
  await dropRemote(context, name);
  const [next] = await readRemotes(context);
  if (gone.primary && next) await writeRemote(context, { ...next, primary: true });
  await forgetCheck(context, name);
  return { did: 'removed', remote: gone, remotes: await readRemotes(context) };
}

/** Returns the URL as it is kept: a path from the root. Throws `bad-url`, `url-credentials`, `code-remote`. */
async function usable(context: Context, open: OpenStore, text: string): Promise<string> {
  const url = readUrl(context.host, text);
  const project = await codeProject(context, await open(), url.given);
  if (project !== undefined) throw fail('code-remote', { url: url.shown, project });
  return url.given;
}

function changed(remote: RemoteSettings, choice: RemoteChoice): RemoteSettings {
  const { primary, only, except, raw, prefix, lazy, allowPublic } = choice;
  const there = prefix === undefined || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const fault = there === undefined ? undefined : prefixFault(there);
  if (fault !== undefined) throw fail('bad-value', { verb: 'remote', what: '--prefix', value: prefix ?? '', expected: fault });
  return {
    ...remote,
    ...(primary === undefined ? {} : { primary }),
    ...(only === undefined ? {} : { only: selectors(only) }),
    ...(except === undefined ? {} : { except: selectors(except) }),
    ...(raw === undefined ? {} : { raw }),
    ...(there === undefined ? {} : { prefix: there }),
    ...(lazy === undefined ? {} : { lazy }),
    ...(allowPublic === undefined ? {} : { allowPublic }),
  };
}

function selectors(text: string) {
  const found = parseSelectors(text);
  if (!found) throw fail('bad-selector', { value: text });
  return found;
}

/** The others first: a kill in between leaves no primary remote, never two. */
async function save(context: Context, remote: RemoteSettings, all: readonly RemoteSettings[]): Promise<void> {
  if (remote.primary)
    for (const other of all) if (other.primary && other.name !== remote.name) await writeRemote(context, { ...other, primary: false });
  await writeRemote(context, remote);
}

/** What was fetched says nothing of another repository. */
async function forgetFetched(store: Store | undefined, name: string): Promise<void> {
  const refs = (await store?.engine.refs(trackingPrefix(name))) ?? [];
  if (refs.length > 0) await store?.engine.moveRefs(refs.map((ref) => ({ ref: ref.name, from: ref.oid, to: null })));
}

async function test(context: Context, open: OpenStore, settings: RemoteSettings): Promise<{ remote: RemoteSettings; test: RemoteTest }> {
  const store = await open();
  if (!store) throw fail('no-store', { path: context.home });
  const transport = await openTransport(context.host, store, settings);
  try {
    const held = await holding(transport, store);
    const refs = [...(await transport.refs()).keys()];
    const of = (kind: 'turns' | 'raw') => refs.filter((ref) => kindOf(ref) === kind);
    const codeOf = await codeProject(context, store, settings.url);
    return {
      remote: settings,
      test: {
        reachable: true,
        by: transport.by,
        ...held,
        counts: { conversations: new Set(of('turns').map(conversationOf)).size, branches: of('turns').length, raw: of('raw').length },
        public: await transport.isPublic(),
        writable: await transport.isWritable(),
        ...(codeOf === undefined ? {} : { codeOf }),
      },
    };
  } catch (error) {
    if (!(error instanceof ConvoError) || error.code !== 'remote-failed') throw error;
    return { remote: settings, test: { reachable: false, reason: String(error.data.reason), by: transport.by } };
  } finally {
    await transport.close();
  }
}
