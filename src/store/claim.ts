import { join } from 'node:path';
import type { Host } from '../host.ts';
import { cannotWrite, isAbsent, listIfThere, makeFolders, nonce, privateFile, privateFolder, readIfThere } from './files.ts';
import { isDead, type Owner, ownerOf, parseOwner } from './owner.ts';

/**
 * A folder of one process that writes to a store: `<gitdir>/convo/<pid>-<nonce>`. It holds what may be thrown away when the
 * process is dead, and its being there says that something may need tidying up: a clean end removes it.
 */
export interface Claim {
  readonly path: string;
  /** Says that a child works for this claim: its locks are not stale while it runs, even when its parent is dead. */
  addChild(pid: number): Promise<void>;
  release(): Promise<void>;
}

/** A claim whose file says nothing readable is given this long to be written. */
const tornLimit = 60_000;

const folderOf = (gitdir: string) => join(gitdir, 'convo');

/** Makes the claim of this process. */
export async function makeClaim(host: Host, gitdir: string): Promise<Claim> {
  const { fs } = host;
  const path = join(folderOf(gitdir), `${host.pid}-${nonce()}`);
  const write = async (name: string, pid: number) =>
    fs.writeFile(join(path, name), JSON.stringify(await ownerOf(host, pid)), { mode: privateFile, flag: 'wx' });
  try {
    await makeFolders(fs, folderOf(gitdir));
    await fs.mkdir(path, { mode: privateFolder });
    await write('owner', host.pid);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return {
    path,
    addChild: (pid) => write(`child-${pid}`, pid),
    release: () => fs.rm(path, { recursive: true, force: true }),
  };
}

async function ownersOf(host: Host, path: string): Promise<Owner[]> {
  const names = (await listIfThere(host.fs, path)).filter((name) => name === 'owner' || name.startsWith('child-'));
  const texts = await Promise.all(names.map((name) => readIfThere(host.fs, join(path, name))));
  return texts.map((text) => parseOwner(text?.toString() ?? '')).filter((owner) => owner !== undefined);
}

async function isAbandoned(host: Host, path: string): Promise<boolean> {
  const owners = await ownersOf(host, path);
  if (owners.length === 0) return host.now() - (await modified(host, path)) > tornLimit;
  const dead = await Promise.all(owners.map((owner) => isDead(host, owner)));
  return dead.every(Boolean);
}

async function modified(host: Host, path: string): Promise<number> {
  try {
    return (await host.fs.stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return host.now();
    throw error;
  }
}

/** A claim that its process left behind, and since when (milliseconds since 1970). */
export interface Abandoned {
  path: string;
  since: number;
}

/** Returns the claims of dead processes. */
export async function abandonedClaims(host: Host, gitdir: string): Promise<Abandoned[]> {
  const found: Abandoned[] = [];
  for (const name of await listIfThere(host.fs, folderOf(gitdir))) {
    const path = join(folderOf(gitdir), name);
    if (!(await isAbandoned(host, path))) continue;
    const [owner] = await ownersOf(host, path);
    found.push({ path, since: owner?.time ?? 0 });
  }
  return found;
}
