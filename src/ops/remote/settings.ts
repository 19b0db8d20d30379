import { fail } from '../../errors.ts';
import { type Leaving, parseSelectors, printSelectors } from '../../model/leaving.ts';
import type { Remote } from '../../store/remote/remote.ts';
import { configFile, configLines, scalar, settingLine, writeSettings } from '../config-file.ts';
import type { Context } from '../context.ts';
import { near } from '../near.ts';

/** A remote, and what goes there. */
export interface RemoteSettings extends Remote, Leaving {
  /** The one that `sync` agrees with; the others are copies, which are only pushed to. */
  primary: boolean;
  /** The source records go there too. */
  raw: boolean;
  /** A conversation is fetched from here when it is first asked for. */
  lazy: boolean;
  /** The user insisted that it may be public. */
  allowPublic: boolean;
}

const remoteKey = /^remote\.([a-z0-9][a-z0-9-]*)\.([a-z]+)$/;
export const headsThere = 'refs/heads/';

/** Returns the remotes of the settings, the primary one first, the others by name. Throws `bad-config` for what is no setting of a remote. */
export async function readRemotes(context: Context): Promise<RemoteSettings[]> {
  const path = configFile(context);
  const found = new Map<string, RemoteSettings>();
  for (const [at, text] of (await configLines(context)).entries()) {
    const match = settingLine.exec(text);
    const [, name, key] = remoteKey.exec(match?.[1] ?? '') ?? [];
    if (!name || !key) continue;
    const remote = found.get(name) ?? blank(name);
    const value = scalar(match?.[2] ?? '');
    if (value === undefined || !take(remote, key, value))
      throw fail('bad-config', { path, reason: `line ${at + 1} is no setting of a remote` });
    found.set(name, remote);
  }
  const remotes = [...found.values()];
  const without = remotes.find(({ url }) => url === '');
  if (without) throw fail('bad-config', { path, reason: `remote "${without.name}" has no url` });
  const primary = remotes.filter((remote) => remote.primary);
  if (primary.length > 1)
    throw fail('bad-config', { path, reason: `${primary.map(({ name }) => name).join(' and ')} cannot both be primary` });
  return remotes.sort((a, b) => Number(b.primary) - Number(a.primary) || (a.name < b.name ? -1 : 1));
}

/** Returns the settings of a new remote, to which everything goes. */
export const blank = (name: string): RemoteSettings => ({
  name,
  url: '',
  prefix: headsThere,
  primary: false,
  only: [],
  except: [],
  raw: true,
  lazy: false,
  allowPublic: false,
});

function take(remote: RemoteSettings, key: string, value: string): boolean {
  const yes = value === 'yes';
  if (key === 'url') remote.url = value;
  else if (key === 'role' && ['primary', 'copy'].includes(value)) remote.primary = value === 'primary';
  else if (key === 'prefix' && prefixFault(value) === undefined) remote.prefix = value;
  else if (key === 'raw' && (yes || value === 'no')) remote.raw = yes;
  else if (key === 'lazy' && (yes || value === 'no')) remote.lazy = yes;
  else if (key === 'public' && (yes || value === 'no')) remote.allowPublic = yes;
  else if (key === 'only' || key === 'except') {
    const selectors = parseSelectors(value);
    if (!selectors) return false;
    remote[key] = selectors;
  } else return false;
  return true;
}

/** Returns why turn branches cannot stand under this prefix on a remote, undefined when they can. */
export function prefixFault(prefix: string): string | undefined {
  if (!/^refs\/([a-z0-9][a-z0-9_-]*\/)+$/.test(prefix) || prefix.length > 200) return 'the beginning of refs, such as refs/convo/heads/';
  return /^refs\/(tags|remotes|convo\/(raw|ops|remotes|tmp))\//.test(prefix) ? 'free for branches' : undefined;
}

/** Writes the settings of one remote in the place of those that it has. */
export async function writeRemote(context: Context, remote: RemoteSettings): Promise<void> {
  const set: [string, string][] = [
    ['url', remote.url],
    ['role', remote.primary ? 'primary' : 'copy'],
    ...(remote.only.length > 0 ? [['only', printSelectors(remote.only)] as [string, string]] : []),
    ...(remote.except.length > 0 ? [['except', printSelectors(remote.except)] as [string, string]] : []),
    ...(remote.raw ? [] : [['raw', 'no'] as [string, string]]),
    ...(remote.lazy ? [['lazy', 'yes'] as [string, string]] : []),
    ...(remote.prefix === headsThere ? [] : [['prefix', remote.prefix] as [string, string]]),
    ...(remote.allowPublic ? [['public', 'yes'] as [string, string]] : []),
  ];
  await writeSettings(
    context,
    ofRemote(remote.name),
    set.map(([key, value]) => [`remote.${remote.name}.${key}`, value] as const),
  );
}

/** Takes the settings of one remote away. */
export const dropRemote = (context: Context, name: string): Promise<void> => writeSettings(context, ofRemote(name), []);

const ofRemote = (name: string) => (key: string) => key.startsWith(`remote.${name}.`);

/** Returns the remote of a name, the primary one without a name. Throws `no-remote`, `unknown-remote`. */
export async function remoteNamed(context: Context, name?: string): Promise<RemoteSettings> {
  const remotes = await readRemotes(context);
  const found = name === undefined ? (remotes.find(({ primary }) => primary) ?? remotes[0]) : remotes.find((one) => one.name === name);
  if (found) return found;
  if (name === undefined) throw fail('no-remote');
  const [best] = near(
    name,
    remotes.map((one) => one.name),
  );
  throw fail('unknown-remote', { remote: name, ...(best && { near: best }) });
}
