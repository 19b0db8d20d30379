import { ConvoError } from '../../errors.ts';
import type { ConversationId } from '../../model/ids.ts';
import { defaultProfile, printProfile } from '../../model/profile.ts';
import { isReachable } from '../../store/ancestry.ts';
import { readCard } from '../../store/catalogue.ts';
import { plainText } from '../../store/commit.ts';
import type { Oid } from '../../store/git.ts';
import { mainRef, profileFile } from '../../store/layout.ts';
import type { Pushed, Transport, Update } from '../../store/remote/transport.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import type { RemoteSettings } from '../remote/settings.ts';
import type { Sent } from '../sync-result.ts';
import { mayLeave } from './cards.ts';
import { progressOf } from './fetch.ts';
import { differing, headOf, rawOf, type Sides, tipsOf } from './sides.ts';
import type { Agreed } from './told.ts';

/** More refs than this are no single step: the catalogue follows when they have arrived. */
const together = 1_000;

/** What went, and whether the remote stands elsewhere than it was fetched: then nothing of what is missing is lost, but it has to be fetched. */
export interface PushOutcome {
  sent: Sent;
  moved: boolean;
}

/**
 * Pushes what this store and the remote, as fetched, agreed on: refs, then the catalogue, never by force. A few refs and the catalogue go
 * as one step, where the server can do that.
 */
export async function pushTo(
  context: Context,
  store: Store,
  transport: Transport,
  remote: RemoteSettings,
  { catalogue, sides }: Pick<Agreed, 'catalogue' | 'sides'>,
  without: ReadonlySet<string>,
): Promise<PushOutcome> {
  const { updates, held, conversations } = await updatesOf(store, sides, remote, without);
  const main: Update[] =
    catalogue === null || catalogue === sides.remote.main ? [] : [{ ref: mainRef, oid: catalogue, expected: sides.remote.main }];
  const answers = await send(context, transport, remote, updates, main);
  const ok = updates.filter(({ ref }) => answers.get(ref) === 'ok');
  const rejected = [...answers].flatMap(([ref, answer]) => (answer === 'ok' ? [] : [{ ref, ...answer }]));
  const refused = rejected
    .filter(({ moved }) => !moved)
    .map(({ ref, rejected: reason }) => ({ ref, reason, conversation: conversations.get(ref) ?? '' }));
  return {
    moved: rejected.some(({ moved }) => moved),
    sent: {
      conversations: new Set(ok.map(({ ref }) => conversations.get(ref))).size,
      branches: ok.filter(({ ref, oid }) => oid !== null && ref.startsWith('refs/heads/')).length,
      deleted: ok.filter(({ oid }) => oid === null).length,
      catalogue: answers.get(mainRef) === 'ok',
      refused,
      held,
    },
  };
}

/** As one step where they are few; else, and where the server knows no such step, the catalogue once everything else is there. */
async function send(
  context: Context,
  transport: Transport,
  remote: RemoteSettings,
  updates: readonly Update[],
  main: readonly Update[],
): Promise<Map<string, Pushed>> {
  const onProgress = progressOf(context, remote);
  const all = [...updates, ...main];
  if (all.length === 0) return new Map();
  if (all.length <= together) {
    try {
      const answers = await transport.push(all, onProgress, { atomic: true });
      const isRefused = [...answers.values()].some((answer) => answer !== 'ok' && !answer.moved);
      if (!isRefused) return answers;
    } catch (error) {
      if (!(error instanceof ConvoError && error.code === 'remote-failed' && /atomic/.test(String(error.data.reason)))) throw error;
    }
  }
  const answers = await transport.push(updates, onProgress);
  const areThere = [...answers.values()].every((answer) => answer === 'ok');
  if (areThere && main.length > 0) for (const [ref, answer] of await transport.push(main, onProgress)) answers.set(ref, answer);
  return answers;
}

interface Updates {
  updates: Update[];
  /** Conversations that stay here. */
  held: number;
  /** Ref → conversation. */
  conversations: Map<string, string>;
}

async function updatesOf(store: Store, sides: Sides, remote: RemoteSettings, without: ReadonlySet<string>): Promise<Updates> {
  const { local, remote: there } = sides;
  const result: Updates = { updates: [], held: 0, conversations: new Map() };
  const isFiltered = remote.only.length + remote.except.length > 0;
  const put = (conversation: string, update: Update) => {
    result.updates.push(update);
    result.conversations.set(update.ref, conversation);
  };
  for (const name of [...differing(sides)].sort()) {
    const id = name.split('/')[1] as ConversationId;
    if (without.has(name)) continue;
    if (isFiltered && !mayLeave(remote, await readCard(store.engine, id))) {
      result.held += 1;
      continue;
    }
    const [ours, theirs] = [tipsOf(local, name), tipsOf(there, name)];
    for (const [branch, oid] of ours) {
      const expected = theirs.get(branch) ?? null;
      if (oid !== expected && (await goesForward(store, expected, oid))) put(name, { ref: headOf(name, branch), oid, expected });
    }
    const raw = local.raw.get(name);
    const rawThere = there.raw.get(name) ?? null;
    if (raw && raw !== rawThere && (await goesForward(store, rawThere, raw))) put(name, { ref: rawOf(name), oid: raw, expected: rawThere });
    for (const [branch, expected] of theirs)
      if (ours.size > 0 && !ours.has(branch)) put(name, { ref: headOf(name, branch), oid: null, expected });
  }
  return result;
}

/** What agreed with the primary remote may be behind a copy, when another machine was there before. */
const goesForward = async ({ engine }: Store, from: Oid | null, to: Oid) => from === null || (await isReachable(engine, from, [to]));

/** Writes the first commit of a catalogue, without a card: it goes alone, so that it is the branch that the host shows. */
export async function firstCatalogue(store: Store): Promise<Oid> {
  const { engine, host } = store;
  const profile = printProfile((await store.profile()) ?? defaultProfile);
  const text = plainText('Catalogue', Math.floor(host.now() / 1000));
  const writer = await engine.writer();
  try {
    const commit = await writer.commit({ parents: [], changes: [[profileFile, await writer.blob(Buffer.from(profile))]], text });
    return (await writer.finish())(commit);
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
