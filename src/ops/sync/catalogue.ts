import { meet, type Profile, parseProfile, printProfile } from '../../model/profile.ts';
import { chainCommit } from '../../store/branches.ts';
import { plainText } from '../../store/commit.ts';
import type { GitEngine, Named, Oid } from '../../store/git.ts';
import { profileFile } from '../../store/layout.ts';
import { objectId } from '../../store/objects.ts';
import type { Transaction } from '../../store/transaction.ts';
import { changedFiles } from '../../store/trees.ts';
import { type Catalogues, rootOf } from './cards.ts';

/** What the catalogue gets: path → the page, or the blob that holds it already. */
export type Pages = ReadonlyMap<string, string | { blob: Oid }>;

/** The catalogue that a remote gets, and the one that stays here, on top of it: they differ where not everything leaves this machine. */
export interface Written {
  there: Oid | null;
  here: Oid | null;
}

/**
 * Writes the pages in which the catalogue is to differ from the remote's as one commit on it: "Catalogue". Pages that `leaves` holds back
 * stand in a further commit, which stays here. What stands there already is not written again.
 */
export async function writeCatalogue(
  engine: GitEngine,
  { writer }: Pick<Transaction, 'writer'>,
  { local, remote }: Pick<Catalogues, 'local' | 'remote'>,
  pages: Pages,
  options: { leaves: (path: string) => boolean; time: number },
): Promise<Written> {
  const changes = await differentPages(engine, remote, pages);
  const sent = new Map([...changes].filter(([path]) => options.leaves(path)));
  const kept = new Map([...changes].filter(([path]) => !options.leaves(path)));
  const standing = local && (kept.size === 0 ? local : ((await chainCommit(engine, local))?.parents[0] ?? null));
  const there = await commitOn(remote, sent, standing);
  return { there, here: await commitOn(there, kept, local) };

  async function commitOn(parent: Oid | null, changed: Pages, known: Oid | null): Promise<Oid | null> {
    if (changed.size === 0) return parent;
    if (known && (await isThatCommit(engine, known, parent, changed))) return known;
    const files: [string, Named][] = [];
    for (const [path, page] of changed) files.push([path, typeof page === 'string' ? await writer.blob(Buffer.from(page)) : page.blob]);
    const text = plainText('Catalogue', options.time);
    return writer.id(await writer.commit({ parents: parent ? [parent] : [], changes: files, text }));
  }
}

/** Tells whether a commit is the one that these changes on a parent would make, but for its time. */
async function isThatCommit(engine: GitEngine, commit: Oid, parent: Oid | null, changes: Pages): Promise<boolean> {
  const parents = (await chainCommit(engine, commit))?.parents ?? [];
  if (parents.length !== (parent ? 1 : 0) || (parent && parents[0] !== parent)) return false;
  let same = 0;
  for await (const [path, , blob] of changedFiles(engine, rootOf(parent), rootOf(commit))) {
    const page = changes.get(path);
    if (page === undefined || blob !== blobOf(page)) return false;
    same += 1;
  }
  return same === changes.size;
}

const blobOf = (page: string | { blob: Oid }) => (typeof page === 'string' ? objectId('blob', Buffer.from(page)) : page.blob);

async function differentPages(engine: GitEngine, main: Oid | null, pages: Pages): Promise<Pages> {
  if (main === null) return pages;
  const folders = new Set([...pages.keys()].flatMap((path) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1))));
  const standing = new Map<string, Oid | undefined>();
  for await (const [path, , blob] of changedFiles(engine, null, rootOf(main), (folder) => folders.has(folder))) standing.set(path, blob);
  return new Map([...pages].filter(([path, page]) => standing.get(path) !== blobOf(page)));
}

/** Returns the profile by which both sides derive from now on: what changed since they met last, else the remote's with the patterns of both. */
export async function agreedProfile(engine: GitEngine, catalogues: Catalogues): Promise<string | undefined> {
  const read = async (main: Oid | null): Promise<Profile | undefined> => {
    const page = main && (await engine.read(`${main}:${profileFile}`));
    return page ? parseProfile(Buffer.from(page.content).toString('utf8')) : undefined;
  };
  const [local, remote, base] = [await read(catalogues.local), await read(catalogues.remote), await read(catalogues.base)];
  if (!local || !remote) return (local ?? remote) ? printProfile((local ?? remote) as Profile) : undefined;
  const [ours, theirs, before] = [printProfile(local), printProfile(remote), base && printProfile(base)];
  if (ours === before) return theirs;
  return theirs === before ? ours : printProfile(meet(local, remote));
}
