import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { type Profile, parseProfile } from '../model/profile.ts';
import { type EngineChoice, openEngine } from './engine.ts';
import { makeFolders } from './files.ts';
import type { GitEngine } from './git.ts';
import { format, mainRef, profileFile } from './layout.ts';
import { noRepository } from './nowhere.ts';

/** An open store: the bare repository and the derived state beside it. */
export interface Store {
  readonly host: Host;
  /** The folder that holds store.git, state and config.yaml. */
  readonly home: string;
  /** Folder of everything derived: cursors, index, locks. */
  readonly state: string;
  readonly engine: GitEngine;
  /** By which every device derives; undefined before the first import. Read once, when it is first asked for. */
  profile(): Promise<Profile | undefined>;
}

export interface OpenOptions {
  engine: EngineChoice;
  /** What to do where there is no store yet; `pretend`: an empty one that cannot be written. */
  absent: 'make' | 'fail' | 'pretend';
}

/** Opens the store at a folder. Throws `no-store`, `loose-permissions`. */
export async function openStore(host: Host, home: string, options: OpenOptions): Promise<Store> {
  const gitdir = join(home, 'store.git');
  const there = await isFolder(host, gitdir);
  if (!there && options.absent === 'fail') throw fail('no-store', { path: home });
  if (!there && options.absent === 'pretend')
    return { host, home, state: join(home, 'state'), engine: noRepository, profile: async () => undefined };
  if (there) await refuseLoosePermissions(host, home);
  if (!(await isFolder(host, join(home, 'state')))) await makeFolders(host.fs, join(home, 'state'));
  const engine = await openEngine(host, gitdir, options.engine, join(home, 'state'));
  await engine.init();
  let profile: Promise<Profile | undefined> | undefined;
  const readOnce = () => {
    profile ??= readProfile(engine);
    return profile;
  };
  return { host, home, state: join(home, 'state'), engine, profile: readOnce };
}

/** Returns the number of a format that this convo does not know, which it may only read; undefined for its own. */
export async function newerFormat(store: Store): Promise<number | undefined> {
  const found = (await store.profile())?.format ?? format;
  return found > format ? found : undefined;
}

/** Throws `store-newer` for a store that this convo may only read. */
export async function requireWritable(store: Store): Promise<void> {
  const found = await newerFormat(store);
  if (found !== undefined) throw fail('store-newer', { found, known: format });
}

async function readProfile(engine: GitEngine): Promise<Profile | undefined> {
  const page = await engine.read(`${mainRef}:${profileFile}`);
  return page && parseProfile(Buffer.from(page.content).toString('utf8'));
}

async function isFolder(host: Host, path: string): Promise<boolean> {
  try {
    return host.fs.statSync(path).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw fail('cannot-read', { path, reason: (error as Error).message }, error);
  }
}

async function refuseLoosePermissions(host: Host, home: string): Promise<void> {
  if (host.platform === 'win32') return;
  if ((host.fs.statSync(home).mode & 0o022) !== 0) throw fail('loose-permissions', { path: home });
}
