import { dirname } from 'node:path';
import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { removeIfThere } from './files.ts';
import { isDead, ownerOf } from './owner.ts';
import { create, look, type Seen, takeAway } from './takeover.ts';

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
/** A live holder shows that it lives, for machines that cannot look at its process. */
const heartbeat = 5 * 60_000;
/** A lock file without a readable owner: its maker died between creating and writing it. */
const tornLimit = 5_000;

async function isStale(host: Host, seen: Seen): Promise<boolean> {
  if (!seen.owner) return host.now() - seen.mtime > tornLimit;
  return isDead(host, seen.owner, Math.max(seen.mtime, seen.owner.time));
}

/**
 * Waits for the lock at a path, with a jittered back-off, for at most ten seconds (`wait` in milliseconds). A dead holder's is
 * taken over at once. Throws `locked`, naming the holder's process, when a live one keeps it.
 */
export async function acquireLock(host: Host, path: string, wait = patience): Promise<Lock> {
  const owner = ownerOf(host, host.pid);
  const text = JSON.stringify(owner);
  const end = host.now() + wait;
  for (let pause = shortest; ; pause = Math.min(pause * 2, longest)) {
    host.signal.throwIfAborted();
    if (await create(host, path, text)) return hold(host, path, text);
    const seen = await look(host, path);
    if (!seen) continue;
    if (await isStale(host, seen)) await takeAway(host, seen, dirname(path));
    else if (host.now() >= end) throw fail('locked', { pid: seen.owner?.pid ?? 0 });
    await builtin.timers.setTimeout(builtin.crypto.randomInt(1, pause + 1));
  }
}

function hold(host: Host, path: string, text: string): Lock {
  const beat = setInterval(() => {
    const seconds = host.now() / 1000;
    try {
      host.fs.utimesSync(path, seconds, seconds);
    } catch {
      // `held` tells when it is gone.
    }
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
