import { join } from 'node:path';
import { ConvoError, fail } from '../../../errors.ts';
import type { Host } from '../../../host.ts';
import { cannotWrite, createAllSynced } from '../../files.ts';
import type { Oid } from '../../git.ts';
import { packReader } from '../../isomorphic/packs.ts';
import { packsOf } from '../../pack/packs.ts';
import type { Store } from '../../store.ts';
import type { Incoming } from '../check-fetched.ts';
import { badContent, type Quarantine } from '../quarantine.ts';
import type { Pushed } from '../transport.ts';
import type { RemoteUrl } from '../url.ts';
import type { Access, OnProgress, Sent, Wire } from '../wire.ts';
import { httpClient } from './client.ts';
import { type IndexedPack, indexPack } from './pack-in.ts';
import { makePack, missingThere } from './pack-out.ts';
import { fetchPack, greet, listRefs, sendPack } from './protocol.ts';
import { proxyFor } from './proxy.ts';

/** A pack is looked at in memory. */
const largest = 1 << 30;

/**
 * Returns the wire that needs no git: smart http, version 2 where the server has it (gitprotocol-http(5), gitprotocol-v2(5)). Credentials
 * are those of ~/.netrc. Throws `remote-needs-git` where it is behind a proxy.
 */
export function httpWire(host: Host, store: Store, url: RemoteUrl): Wire {
  const proxy = proxyFor(host.env, url);
  if (proxy !== undefined)
    throw fail('remote-needs-git', {
      url: url.shown,
      reason: `${proxy} names a proxy, and without git convo goes through none`,
      or: `name ${url.host} in NO_PROXY where it is reached directly`,
    });
  const client = httpClient(host, url);
  const came = new Map<string, IndexedPack['objects']>();
  return {
    by: 'isomorphic',
    list: (prefix) => listRefs(client, url, prefix),
    one: async (name) => (await listRefs(client, url, name)).get(name),
    async download(oids, quarantine, { maxBytes, onProgress }) {
      const pieces: Uint8Array[] = [];
      const limit = Math.min(maxBytes, largest);
      let bytes = 0;
      for await (const piece of fetchPack(client, url, oids, quarantine.known(), onProgress)) {
        bytes += piece.length;
        if (bytes > limit) throw badContent(`more than ${limit / 2 ** 20} MB came; with git installed more can be taken`);
        pieces.push(Uint8Array.from(piece));
        onProgress({ label: 'receiving', done: pieces.length, bytes });
      }
      const pack = Buffer.concat(pieces);
      if (pack.length === 0) throw badContent('no pack came');
      const { name, index, objects } = indexPack(pack);
      if (objects.size === 0) return;
      await save(host, quarantine, name, pack, index);
      came.set(name, objects);
    },
    inspect: (quarantine) => inspect(host, store, quarantine, came),
    access: () => accessOf(() => greet(httpClient(host, url, true), url, 'git-upload-pack')),
    writable: () => accessOf(() => greet(client, url, 'git-receive-pack')),
    upload: (batch, _folder, onProgress, atomic) => upload(client, store, url, batch, onProgress, atomic),
  };
}

async function save(host: Host, { gitdir }: Quarantine, name: string, pack: Uint8Array, index: Uint8Array): Promise<void> {
  const path = join(gitdir, 'objects/pack', name);
  try {
    createAllSynced(host.fs, [
      [`${path}.pack`, pack],
      [`${path}.idx`, index],
    ]);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function inspect(
  host: Host,
  store: Store,
  quarantine: Quarantine,
  packs: ReadonlyMap<string, IndexedPack['objects']>,
): Promise<Incoming> {
  const came = new Map((await quarantine.packs()).flatMap((name) => [...(packs.get(name) ?? [])]));
  const direct = packsOf(host, quarantine.gitdir);
  const whole = packReader(host, quarantine.gitdir);
  const arrived = async (oid: Oid) => (came.has(oid) ? (direct.read(oid) ?? (await whole.read(oid))) : undefined);
  return { came, read: async (oid) => (await arrived(oid)) ?? store.engine.read(oid), close: async () => direct.close() };
}

async function accessOf(ask: () => Promise<unknown>): Promise<Access> {
  try {
    await ask();
    return { yes: true };
  } catch (error) {
    if (!(error instanceof ConvoError) || error.code !== 'remote-failed') throw error;
    const reason = String(error.data.reason);
    return { yes: /user and (a )?password|40[34]\)/.test(reason) ? false : undefined, reason };
  }
}

async function upload(
  client: ReturnType<typeof httpClient>,
  store: Store,
  url: RemoteUrl,
  batch: readonly Sent[],
  onProgress: OnProgress,
  atomic: boolean,
): Promise<Map<string, Pushed>> {
  const { refs, abilities } = await greet(client, url, 'git-receive-pack');
  if (atomic && !abilities.has('atomic')) throw fail('remote-failed', { url: url.shown, reason: 'it cannot move several refs at once' });
  if (batch.some(({ oid }) => oid === null) && !abilities.has('delete-refs'))
    throw fail('remote-failed', { url: url.shown, reason: 'it deletes no refs' });
  const elsewhere = batch.filter(({ name, expected }) => (refs.get(name) ?? null) !== expected);
  const answers = new Map(elsewhere.map(({ name }): [string, Pushed] => [name, { rejected: 'it is elsewhere by now', moved: true }]));
  if (atomic && elsewhere.length > 0)
    for (const { name } of batch) answers.set(name, { rejected: 'another ref is elsewhere by now', moved: true });
  const sent = batch.filter(({ name }) => !answers.has(name));
  if (sent.length === 0) return answers;
  const tips = sent.flatMap(({ oid }) => oid ?? []);
  const oids = tips.length === 0 ? new Set<Oid>() : await missingThere(store.engine, tips, await held(store, sent, refs));
  const pack = await makePack(store.engine, oids, url.shown, (done) => onProgress({ label: 'packing', done, total: oids.size }));
  onProgress({ label: 'sending', done: oids.size, total: oids.size, bytes: pack.length });
  const said = await sendPack(client, url, sent, tips.length === 0 ? new Uint8Array() : pack, atomic);
  for (const { name } of sent) {
    const reason = said.get(name);
    if (reason === '') answers.set(name, 'ok');
    else
      answers.set(name, {
        rejected: reason ?? 'the remote said nothing of it',
        moved: /lock|old value|exists|fast-forward|atomic/.test(reason ?? ''),
      });
  }
  return answers;
}

/** Returns what the remote has of the conversations that are sent, as far as it is here. */
async function held({ engine }: Store, sent: readonly Sent[], refs: ReadonlyMap<string, Oid>): Promise<Oid[]> {
  const folder = (name: string) => name.slice(0, name.lastIndexOf('/'));
  const folders = new Set(sent.map(({ name }) => folder(name)));
  const near = [...refs].filter(([name]) => folders.has(folder(name))).map(([, oid]) => oid);
  const here: Oid[] = [];
  for (const oid of new Set(near)) if (await engine.read(oid)) here.push(oid);
  return here;
}
