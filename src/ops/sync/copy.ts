import { cardPath, printCard } from '../../model/card-page.ts';
import { profileFile } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import type { RemoteSettings } from '../remote/settings.ts';
import { type Catalogues, cardBlobs, mayLeave, readMeetings } from './cards.ts';
import { writeCatalogue } from './catalogue.ts';
import { sidesOf } from './sides.ts';
import type { Agreed } from './told.ts';

/** Writes the catalogue that a copy is to have: it says what this store's says, on the copy's own tip. Nothing moves here. */
export async function copyCatalogue(
  context: Context,
  store: Store,
  remote: RemoteSettings,
  without: ReadonlySet<string>,
): Promise<Pick<Agreed, 'catalogue' | 'sides'>> {
  const { engine, host } = store;
  const sides = await sidesOf(engine, remote);
  const { local, remote: there } = sides;
  const catalogues: Catalogues = { local: local.main, remote: there.main, base: null };
  const blobs = await cardBlobs(engine, catalogues);
  const cards = await readMeetings(engine, blobs, (id, reason) => context.warn(`The card of ${id} cannot be read: ${reason}`));
  const pages = new Map<string, string>();
  for (const [id, { local: card }] of cards)
    if (card && mayLeave(remote, card) && !without.has(`${card.tool}/${id}`)) pages.set(cardPath(id), printCard(card));
  const profile = local.main && (await engine.read(`${local.main}:${profileFile}`));
  if (profile) pages.set(profileFile, Buffer.from(profile.content).toString('utf8'));
  const writer = await engine.writer();
  try {
    const options = { leaves: () => true, time: Math.floor(host.now() / 1000) };
    const { there: catalogue } = await writeCatalogue(engine, { writer }, { local: null, remote: there.main }, pages, options);
    if (catalogue === there.main) await writer.abort();
    else await writer.finish();
    return { catalogue, sides };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
