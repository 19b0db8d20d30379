import { join } from 'node:path';
import { ConvoError, fail } from '../errors.ts';
import { readIfThere, removeTree } from '../store/files.ts';
import { openTransport } from '../store/remote/transport.ts';
import { readUrl } from '../store/remote/url.ts';
import type { Store } from '../store/store.ts';
import type { CloneInput, CloneResult } from './clone-result.ts';
import type { Context } from './context.ts';
import { holding } from './remote/guard.ts';
import { dropRemote, type RemoteSettings, readRemotes } from './remote/settings.ts';
import { remote } from './remote.ts';
import { pull } from './sync.ts';

/**
 * Makes a store with everything that a remote holds, which is its primary remote from then on. Throws `store-exists`, and whatever keeps
 * the remote from being read; a store that nothing came into is taken away again.
 */
export async function clone(context: Context, make: () => Promise<Store>, input: CloneInput): Promise<CloneResult> {
  const { host, home } = context;
  const gitdir = join(home, 'store.git');
  if (await readIfThere(host.fs, join(gitdir, 'HEAD'))) throw fail('store-exists', { path: home });
  const others = await readRemotes(context);
  if (others.length > 0) throw fail('remote-exists', { remote: others[0]?.name ?? '' });
  readUrl(host, input.url);
  const store = await make();
  const settings = await named(context, store, input).catch(async (error: unknown) => {
    await store.engine.close();
    await removeTree(host.fs, gitdir);
    await removeTree(host.fs, store.state);
    throw error;
  });
  const { remotes } = await pull(context, store, { remote: settings.name, full: !input.lazy });
  const entries = await (await context.reader()).entries();
  return {
    store: home,
    name: settings.name,
    url: settings.url,
    conversations: entries.length,
    branches: entries.reduce((sum, { branches }) => sum + branches.length, 0),
    absent: entries.filter(({ absent }) => absent).length,
    refused: remotes.flatMap(({ fetched }) => fetched?.refused ?? []),
  };
}

/** Names the remote, once it was seen that it holds conversations. */
async function named(context: Context, store: Store, { name, url, raw, lazy, prefix }: CloneInput): Promise<RemoteSettings> {
  const choice = { raw, lazy, ...(prefix === undefined ? {} : { prefix }) };
  const added = await remote(context, async () => store, { action: 'add', name, url, choice });
  try {
    if (added.did !== 'added') throw new Error('a remote was not added');
    const transport = await openTransport(context.host, store, added.remote);
    try {
      const held = await holding(transport, store);
      if (held.holds === 'something else') throw fail('unrelated-remote', { url: added.remote.url, reason: held.found });
      if (held.holds === 'nothing') context.warn(`${added.remote.url} is empty`);
    } finally {
      await transport.close();
    }
    return added.remote;
  } catch (error) {
    await dropRemote(context, name);
    if (!(error instanceof ConvoError) || error.code !== 'remote-failed') throw error;
    throw fail('remote-failed', { hint: 'Is the URL right, and may you read it?', ...error.data }, error);
  }
}
