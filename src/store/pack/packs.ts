import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { openPack, type Pack } from './pack-file.ts';

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

/** Returns the packs of a repository; they are opened when the first object is asked for, and read here and now. */
export function packsOf({ fs }: Host, gitdir: string): Packs {
  const folder = join(gitdir, 'objects/pack');
  const opened = new Map<string, Pack>();
  const known = new Map<Oid, GitObject>();
  let room = kept;
  /** What was written together is read together. */
  let last: Pack | undefined;
  const openNew = (): Pack[] => {
    const names = attempt(() => fs.readdirSync(folder)) ?? [];
    return names.flatMap((name) => {
      if (opened.has(name) || !/^pack-[0-9a-f]{40}\.idx$/.test(name)) return [];
      const pack = attempt(() => openPack(fs, join(folder, name)));
      if (pack) opened.set(name, pack);
      return pack ?? [];
    });
  };
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
    read: (oid) => known.get(oid) ?? find(last ? [last] : [], oid) ?? find(opened.values(), oid) ?? find(openNew(), oid),
    know(objects) {
      for (const object of objects) keep(object);
    },
    close() {
      for (const pack of opened.values()) pack.close();
      opened.clear();
      last = undefined;
    },
  };
}

/** What is gone, torn or not readable is git's to tell. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
