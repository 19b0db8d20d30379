import { cataloguePages, isCataloguePage } from '../../model/catalogue/pages.ts';
import { hostLinks, type ToldRow, toldRows } from '../../model/catalogue/rows.ts';
import { leaves } from '../../model/leaving.ts';
import { chainCommit } from '../../store/branches.ts';
import { plainText } from '../../store/commit.ts';
import type { Named, NewCommit, Oid } from '../../store/git.ts';
import { joinLinked } from '../../store/joined.ts';
import { headsPrefix } from '../../store/layout.ts';
import { currentEntries } from '../../store/listing.ts';
import { objectId } from '../../store/objects.ts';
import type { Store } from '../../store/store.ts';
import { changedFiles } from '../../store/trees.ts';
import { catalogueRows } from '../catalogue-rows.ts';
import type { RemoteSettings } from '../remote/settings.ts';
import type { Written } from './catalogue.ts';

/**
 * Returns the catalogue that a remote gets with the pages that its host shows, and the one that stays here then. A catalogue whose cards
 * stand there already gets no new pages either. `local`: the catalogue of this store, null where it has nothing to do with the remote's.
 */
export async function withPages(
  store: Store,
  remote: RemoteSettings,
  { there, standing, local }: { there: Oid | null; standing: Oid | null; local: Oid | null },
  without: ReadonlySet<string>,
): Promise<Written> {
  if (there === null || there === standing) return { there, here: local };
  const { engine, host } = store;
  const found = await pagesIn(store, there);
  const pages = await pagesOf(store, remote, without, found);
  const parents = (await chainCommit(engine, there))?.parents ?? [];
  const changes = changesOf(found, pages);
  if (changes.length === 0) return { there, here: local };
  const writer = await engine.writer();
  try {
    const files: NewCommit['changes'] = [];
    for (const [path, page] of changes) files.push([path, page === null ? null : await writer.blob(Buffer.from(page))]);
    const text = plainText('Catalogue', Math.floor(host.now() / 1000));
    const made = await writer.commit({ parents, base: there, changes: files, text });
    const here: Named | null =
      local === null || local === there ? local && made : await writer.commit({ parents: [made], base: local, changes: files, text });
    const ids = await writer.finish();
    return { there: ids(made), here: here && (typeof here === 'object' ? ids(here) : here) };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The pages that stand in a catalogue: path → blob. */
async function pagesIn({ engine }: Store, catalogue: Oid): Promise<Map<string, Oid>> {
  const found = new Map<string, Oid>();
  for await (const [path, , blob] of changedFiles(
    engine,
    null,
    `${catalogue}^{tree}`,
    (folder) => folder === '' || folder.startsWith('projects/'),
  ))
    if (blob && isCataloguePage(path)) found.set(path, blob);
  return found;
}

async function pagesOf(
  store: Store,
  remote: RemoteSettings,
  without: ReadonlySet<string>,
  found: ReadonlyMap<string, Oid>,
): Promise<Map<string, string>> {
  const entries = (await currentEntries(store)).filter(
    ({ id, tool, project, tags = [] }) => !without.has(`${tool}/${id}`) && leaves(remote, { tool, project, tags }),
  );
  const links = remote.prefix === headsPrefix ? hostLinks(remote.url) : 'card';
  const told = entries.some(({ branches }) => branches.length === 0) ? await rowsIn(store, found) : undefined;
  return cataloguePages(catalogueRows(joinLinked(entries), told), { links });
}

/** What other devices told of conversations of which this one has the card alone. */
async function rowsIn({ engine }: Store, found: ReadonlyMap<string, Oid>): Promise<Map<string, ToldRow>> {
  const pages: string[] = [];
  for await (const page of engine.readMany(found.values())) if (page) pages.push(Buffer.from(page.content).toString('utf8'));
  return toldRows(pages);
}

function changesOf(found: ReadonlyMap<string, Oid>, pages: ReadonlyMap<string, string>): [path: string, page: string | null][] {
  const changed = [...pages].filter(([path, page]) => found.get(path) !== objectId('blob', Buffer.from(page)));
  const gone = [...found.keys()].filter((path) => !pages.has(path)).map((path): [string, null] => [path, null]);
  return [...changed, ...gone];
}
