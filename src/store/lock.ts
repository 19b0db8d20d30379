import { randomInt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotWrite, errno, isAbsent, nonce, privateFile, readIfThere, removeIfThere } from './files.ts';
import { isDead, type Owner, ownerOf, parseOwner } from './owner.ts';

/** The single-writer lock. It makes writers take turns; that nothing is lost rests on compare-and-swap of refs. */
export interface Lock {
  /** False when another process took the lock over, which a long sleep of the machine may bring about. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** How long to wait for a live holder, in milliseconds. */
const patience = 10_000;
const shortest = 5;
const longest = 250;
/** A lock file without a readable owner: its maker died between creating and writing it. */
const tornLimit = 5_000;
/** A live holder shows that it lives, for machines that cannot look at its process. */
const heartbeat = 5 * 60_000;

interface Seen {
  owner: Owner | undefined;
  text: string;
  mtime: number;
}

async function look(host: Host, path: string): Promise<Seen | undefined> {
  const bytes = await readIfThere(host.fs, path);
  if (!bytes) return undefined;
  try {
    const { mtimeMs } = await host.fs.stat(path);
    const text = bytes.toString('utf8');
    return { owner: parseOwner(text), text, mtime: mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Creates a file with its content in one step (a hard link to a finished one); false when the path is taken. */
async function create(host: Host, path: string, text: string): Promise<boolean> {
  const { fs } = host;
  const own = join(dirname(path), `.lock-${host.pid}-${nonce()}`);
  try {
    await fs.writeFile(own, text, { mode: privateFile, flag: 'wx' });
    try {
      await fs.link(own, path);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      await fs.writeFile(path, text, { mode: privateFile, flag: 'wx' }); // a file system without hard links
      return true;
    }
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw cannotWrite(path, error);
  } finally {
    await removeIfThere(fs, own);
  }
}

async function isStale(host: Host, seen: Seen): Promise<boolean> {
  if (!seen.owner) return host.now() - seen.mtime > tornLimit;
  return isDead(host, seen.owner, Math.max(seen.mtime, seen.owner.time));
}

/**
 * Takes a dead holder's lock away: by renaming it to a name of our own, so that of several contenders one gets it, and looking
 * at what was got. The guard keeps others from renaming meanwhile, so what was seen to be dead is what is taken.
 */
async function takeAway(host: Host, path: string, dead: Seen, own: string): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await create(host, guard, own))) {
    const other = await look(host, guard);
    if (other && (await isStale(host, other))) await removeIfThere(host.fs, guard);
    return;
  }
  try {
    if ((await look(host, path))?.text !== dead.text) return;
    const unique = `${path}.${nonce()}`;
    await host.fs.rename(path, unique);
    const got = await look(host, unique);
    if (got?.text !== dead.text) await host.fs.link(unique, path).catch(() => undefined); // put a live one back
    await removeIfThere(host.fs, unique);
  } catch (error) {
    if (!isAbsent(error)) throw cannotWrite(path, error);
  } finally {
    await removeIfThere(host.fs, guard);
  }
}

/**
 * Waits for the lock at a path, with a jittered back-off, for at most ten seconds (`wait` in milliseconds). A dead holder's is
 * taken over at once. Throws `locked`, naming the holder's process, when a live one keeps it.
 */
export async function acquireLock(host: Host, path: string, wait = patience): Promise<Lock> {
  const owner = await ownerOf(host, host.pid);
  const text = JSON.stringify(owner);
  const end = host.now() + wait;
  for (let pause = shortest; ; pause = Math.min(pause * 2, longest)) {
    host.signal.throwIfAborted();
    if (await create(host, path, text)) return hold(host, path, text);
    const seen = await look(host, path);
    if (!seen) continue;
    if (await isStale(host, seen)) await takeAway(host, path, seen, text);
    else if (host.now() >= end) throw fail('locked', { pid: seen.owner?.pid ?? 0 });
    await setTimeout(randomInt(1, pause + 1));
  }
}

function hold(host: Host, path: string, text: string): Lock {
  const beat = setInterval(() => {
    const seconds = host.now() / 1000;
    host.fs.utimes(path, seconds, seconds).catch(() => undefined); // `held` tells when it is gone
  }, heartbeat);
  beat.unref();
  const held = async () => (await look(host, path))?.text === text;
  return {
    held,
    release: async () => {
      clearInterval(beat);
      if (await held()) await removeIfThere(host.fs, path);
    },
  };
}
