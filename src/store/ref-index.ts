import type { GitEngine, Oid } from './git.ts';

/** The refs of a store at one moment: one listing answers for every conversation of a run. */
export interface RefIndex {
  /** Where a ref stands, or null. */
  tip(name: string): Oid | null;
  /** The refs right below a folder (`refs/heads/<tool>/<id>/`): last part of the name → id. */
  below(folder: string): ReadonlyMap<string, Oid>;
}

const none: ReadonlyMap<string, Oid> = new Map();

/** Returns the refs of a store as they stand now. */
export async function indexRefs(engine: GitEngine): Promise<RefIndex> {
  const folders = new Map<string, Map<string, Oid>>();
  for (const { name, oid } of await engine.refs('refs/')) {
    const cut = name.lastIndexOf('/') + 1;
    const folder = folders.get(name.slice(0, cut));
    if (folder) folder.set(name.slice(cut), oid);
    else folders.set(name.slice(0, cut), new Map([[name.slice(cut), oid]]));
  }
  return {
    below: (folder) => folders.get(folder) ?? none,
    tip: (name) => {
      const cut = name.lastIndexOf('/') + 1;
      return folders.get(name.slice(0, cut))?.get(name.slice(cut)) ?? null;
    },
  };
}
