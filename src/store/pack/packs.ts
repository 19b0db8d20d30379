import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { openPack, type Pack } from './pack-file.ts';

/** The packs of a repository as they stood when they were first looked at. */
export interface Packs {
  /** Returns an object; undefined when it is in none of them, or not as it should be: git tells which. */
  read(oid: Oid): GitObject | undefined;
  close(): void;
}

/** Returns the packs of a repository; they are opened when the first object is asked for, and read here and now. */
export function packsOf({ fs }: Host, gitdir: string): Packs {
  const folder = join(gitdir, 'objects/pack');
  const open = (): Pack[] => {
    const names = attempt(() => fs.readdirSync(folder)) ?? [];
    const indexes = names.filter((name) => /^pack-[0-9a-f]{40}\.idx$/.test(name));
    return indexes.flatMap((name) => attempt(() => openPack(fs, join(folder, name))) ?? []);
  };
  let opened: Pack[] | undefined;
  return {
    read(oid) {
      opened ??= open();
      for (const pack of opened) {
        const found = attempt(() => pack.read(oid));
        if (found) return { oid, ...found };
      }
      return undefined;
    },
    close() {
      for (const pack of opened ?? []) pack.close();
      opened = undefined;
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
