import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { openPack, type Pack } from './pack-file.ts';

/** The packs of a repository; those that come are noticed when an object is in none of the others. */
export interface Packs {
  /** Returns an object; undefined when it is in none of them, or not as it should be: git tells which. */
  read(oid: Oid): GitObject | undefined;
  close(): void;
}

/** Returns the packs of a repository; they are opened when the first object is asked for, and read here and now. */
export function packsOf({ fs }: Host, gitdir: string): Packs {
  const folder = join(gitdir, 'objects/pack');
  const opened = new Map<string, Pack>();
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
      if (found) return { oid, ...found };
    }
    return undefined;
  };
  return {
    read: (oid) => find(opened.values(), oid) ?? find(openNew(), oid),
    close() {
      for (const pack of opened.values()) pack.close();
      opened.clear();
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
