import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { GitObject, Oid } from '../git.ts';
import { openPack, type Pack } from './pack-file.ts';

/** The packs of a repository as they stood when they were first looked at. */
export interface Packs {
  /** Returns an object; undefined when it is in none of them, or not as it should be: git tells which. */
  read(oid: Oid): Promise<GitObject | undefined>;
  close(): Promise<void>;
}

/** Returns the packs of a repository; they are opened when the first object is asked for. */
export function packsOf(host: Host, gitdir: string): Packs {
  const folder = join(gitdir, 'objects/pack');
  const open = async (): Promise<Pack[]> => {
    const names = (await host.fs.readdir(folder)).filter((name) => /^pack-[0-9a-f]{40}\.idx$/.test(name));
    const packs = await Promise.all(names.map((name) => openPack(host.fs, join(folder, name)).catch(() => undefined))); // tidied away
    return packs.filter((pack) => pack !== undefined);
  };
  let opened: Promise<Pack[]> | undefined;
  return {
    async read(oid) {
      opened ??= open().catch(() => []); // nothing that can be read here
      for (const pack of await opened) {
        const found = await pack.read(oid).catch(() => undefined); // gone or torn
        if (found) return { oid, ...found };
      }
      return undefined;
    },
    async close() {
      for (const pack of (await opened) ?? []) await pack.close();
      opened = undefined;
    },
  };
}
