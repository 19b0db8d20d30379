import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { openPack, type Pack } from './pack-file.ts';
import { isDated } from './pack-name.ts';

/** The packs of a repository; those that come are noticed when an object is in none of the others. */
export interface Packs {
  /** Returns an object; undefined when it is in none of them, or not as it should be: git tells which. */
  read(oid: Oid): GitObject | undefined;
  /** Says what stands in a pack that has come. */
  know(objects: readonly GitObject[]): void;
  close(): void;
}

/** Bytes of objects that are kept, and of one of them at most: a command asks for the same commits and trees again and again. */
const kept = 4 << 20;
const keptEach = 64 << 10;

/** Returns the packs of a repository; each is opened when an object is in none of those before it, and read here and now. */
export function packsOf({ fs }: Host, gitdir: string): Packs {
  const folder = join(gitdir, 'objects/pack');
  const opened = new Map<string, Pack>();
  const known = new Map<Oid, GitObject>();
  let room = kept;
  /** What was written together is read together. */
  let last: Pack | undefined;
  /** Those that are there, as far as is known, and not opened yet. */
  let closed: string[] = [];
  function* opening(): Generator<Pack> {
    for (let name = closed.shift(); name !== undefined; name = closed.shift()) {
      const path = join(folder, name);
      const pack = attempt(() => openPack(fs, path));
      if (!pack) continue;
      opened.set(name, pack);
      yield pack;
    }
  }
  function* others(): Generator<Pack> {
    yield* opening();
    const names = attempt(() => fs.readdirSync(folder)) ?? [];
    closed = likelyFirst(names.filter((name) => /^pack-[0-9a-f]{40}\.idx$/.test(name) && !opened.has(name)));
    yield* opening();
  }
  const find = (packs: Iterable<Pack>, oid: Oid): GitObject | undefined => {
    for (const pack of packs) {
      const found = attempt(() => pack.read(oid));
      if (!found) continue;
      last = pack;
      return keep({ oid, ...found });
    }
    return undefined;
  };
  const keep = (object: GitObject): GitObject => {
    const { length } = object.content;
    if (length <= keptEach && length <= room) {
      known.set(object.oid, object);
      room -= length;
    }
    return object;
  };
  return {
    read: (oid) => known.get(oid) ?? find(last ? [last] : [], oid) ?? find(opened.values(), oid) ?? find(others(), oid),
    know(objects) {
      for (const object of objects) keep(object);
    },
    close() {
      for (const pack of opened.values()) pack.close();
      opened.clear();
      closed = [];
      last = undefined;
    },
  };
}

/** The newest one holds what the last change wrote, those that git packed and the oldest, of a first import, hold the most: others are seldom needed. */
function likelyFirst(names: readonly string[]): string[] {
  const [own, gits] = [names.filter(isDated).sort().reverse(), names.filter((name) => !isDated(name))];
  return [...own.splice(0, 1), ...gits, ...own.splice(-1), ...own];
}

/** What is gone, torn or not readable is git's to tell. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
