import { basename, join } from 'node:path';
import type { Host } from '../host.ts';
import {
  cannotWrite,
  createFile,
  listIfThere,
  makeFolders,
  nonce,
  privateFolder,
  readIfThere,
  removeIfThere,
  removeTree,
  statIfThere,
} from './files.ts';
import { isDead, type Owner, ownerOf, parseOwner } from './owner.ts';

/**
 * A folder of one process that writes to a store: `<gitdir>/convo/<pid>-<nonce>`. It holds what may be thrown away when the
 * process is dead, and its being there says that something may need tidying up: a clean end removes it.
 */
export interface Claim {
  readonly path: string;
  /** Says that a child works for this claim: its locks are not stale while it runs, even when its parent is dead. */
  addChild(pid: number): Promise<ForgetChild>;
  release(): Promise<void>;
}

/** Says that a child has ended. */
export type ForgetChild = () => Promise<void>;

/** A claim whose file says nothing readable is given this long to be written. */
const tornLimit = 60_000;

/** Returns the folder of all claims on a store. */
export const claimsFolder = (gitdir: string) => join(gitdir, 'convo');

/** Returns what stands in the .keep file of a pack while it is brought into the store: whose it is. */
export const keepText = (claim: string) => `convo ${basename(claim)}\n`;

/** Makes the claim of this process. */
export async function makeClaim(host: Host, gitdir: string): Promise<Claim> {
  const { fs } = host;
  const path = join(claimsFolder(gitdir), `${host.pid}-${nonce()}`);
  const write = (name: string, pid: number) => {
    try {
      createFile(fs, join(path, name), JSON.stringify(ownerOf(host, pid)));
    } catch (error) {
      throw cannotWrite(join(path, name), error);
    }
  };
  try {
    await makeFolders(fs, claimsFolder(gitdir));
    fs.mkdirSync(path, { mode: privateFolder });
    write('owner', host.pid);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  return {
    path,
    addChild: async (pid) => {
      const name = `child-${pid}-${nonce()}`;
      write(name, pid);
      return () => removeIfThere(fs, join(path, name));
    },
    release: () => removeTree(fs, path),
  };
}

/** Returns the record of the process, undefined when it is torn, and those of its children. */
async function ownersOf(host: Host, path: string): Promise<[Owner | undefined, ...Owner[]]> {
  const read = async (name: string) => parseOwner((await readIfThere(host.fs, join(path, name)))?.toString() ?? '');
  const names = (await listIfThere(host.fs, path)).filter((name) => name.startsWith('child-'));
  const children = await Promise.all(names.map(read));
  return [await read('owner'), ...children.filter((child) => child !== undefined)];
}

/** A claim that its process left behind, and since when (milliseconds since 1970). */
export interface Abandoned {
  path: string;
  since: number;
}

export interface Claims {
  abandoned: Abandoned[];
  /** Whether a git that convo started is running now: locks without an owner may be its. */
  busy: boolean;
}

/** Returns the claims of dead processes, and whether a live one is at work. */
export async function readClaims(host: Host, gitdir: string): Promise<Claims> {
  const claims: Claims = { abandoned: [], busy: false };
  for (const name of await listIfThere(host.fs, claimsFolder(gitdir))) {
    if (!/^\d+-[0-9a-f]{16}$/.test(name)) continue;
    const path = join(claimsFolder(gitdir), name);
    const [owner, ...children] = await ownersOf(host, path);
    const since = owner?.time ?? (await statIfThere(host.fs, path))?.mtimeMs ?? host.now();
    const dead = children.map((child) => isDead(host, child));
    const gone = owner ? isDead(host, owner) : host.now() - since > tornLimit;
    if (dead.includes(false)) claims.busy = true;
    else if (gone) claims.abandoned.push({ path, since });
  }
  return claims;
}
