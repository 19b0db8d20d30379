import { join } from 'node:path';
import { ConvoError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { isReachable } from '../ancestry.ts';
import { type Claim, makeClaim } from '../claim.ts';
import type { Oid, RefMove } from '../git.ts';
import { headsPrefix, mainRef } from '../layout.ts';
import { isOid } from '../objects.ts';
import type { Store } from '../store.ts';
import { batches } from './batches.ts';
import { checkFetched } from './check-fetched.ts';
import { knownTips, refsNamed } from './known.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { kindOf, nameHere, nameThere, type Remote, trackingRef } from './remote.ts';
import type { Fetched, FetchLimits, Pushed, Transport, Update, Wanted } from './transport.ts';
import { readUrl } from './url.ts';
import type { Access, OnProgress, Wire } from './wire.ts';

/** Returns the transport over a wire. */
export function session(host: Host, store: Store, remote: Remote, wire: Wire): Transport {
  return new Session(host, store, remote, wire);
}

const silent: OnProgress = () => {};
/** A pack of more than this is not taken: hosts advise against repositories of that size. */
const maxIncoming = 16 * 2 ** 30;
type How = Parameters<Wire['download']>[2];

/** Why content must not come in; any other failure is thrown. */
function reasonOf(error: unknown): string {
  if (error instanceof ConvoError && error.code === 'bad-remote-content') return String(error.data.reason);
  throw error;
}

class Session implements Transport {
  readonly remote: Remote;
  readonly #host: Host;
  readonly #store: Store;
  readonly #wire: Wire;
  #claim: Promise<Claim> | undefined;
  #quarantine: Promise<Quarantine> | undefined;
  /** What came when one ref was asked for. */
  #peeked: Oid | undefined;

  constructor(host: Host, store: Store, remote: Remote, wire: Wire) {
    this.remote = remote;
    this.#host = host;
    this.#store = store;
    this.#wire = wire;
  }

  get by() {
    return this.#wire.by;
  }

  get #gitdir(): string {
    return join(this.#store.home, 'store.git');
  }

  #claimed(): Promise<Claim> {
    this.#claim ??= makeClaim(this.#host, this.#gitdir);
    return this.#claim;
  }

  #incoming(): Promise<Quarantine> {
    this.#quarantine ??= this.#claimed().then((claim) => openQuarantine(this.#host, this.#gitdir, claim));
    return this.#quarantine;
  }

  async everything(): Promise<Map<string, Oid>> {
    return this.#wire.list('');
  }

  isPublic(): Promise<Access> {
    return this.#wire.access();
  }

  isWritable(): Promise<Access> {
    return this.#wire.writable();
  }

  async refs(patterns: readonly string[] = ['refs/'], { maxBytes = maxIncoming }: FetchLimits = {}): Promise<Map<string, Oid>> {
    const [only] = patterns;
    if (patterns.length === 1 && only !== undefined && !only.endsWith('/')) return this.#one(only, maxBytes);
    const heads = this.remote.prefix.startsWith(headsPrefix) && patterns.every((pattern) => pattern.startsWith(headsPrefix));
    const refs = new Map<string, Oid>();
    for (const [name, oid] of await this.#wire.list(heads ? headsPrefix : '')) {
      const ref = nameHere(this.remote, name);
      if (ref !== undefined && patterns.some((pattern) => (pattern.endsWith('/') ? ref.startsWith(pattern) : ref === pattern)))
        refs.set(ref, oid);
    }
    return refs;
  }

  async #one(ref: string, maxBytes: number): Promise<Map<string, Oid>> {
    if (kindOf(ref) === undefined) return new Map();
    const quarantine = await this.#incoming();
    await quarantine.know(await knownTips(this.#store.engine, this.remote.name, [ref]));
    const oid = await this.#wire.one(nameThere(this.remote, ref), quarantine, maxBytes);
    this.#peeked = oid;
    return new Map(oid === undefined ? [] : [[ref, oid]]);
  }

  async fetch(wants: readonly Wanted[], onProgress = silent, { maxBytes = maxIncoming, track = true }: FetchLimits = {}): Promise<Fetched> {
    const fetched: Fetched = { landed: new Map(), refused: [] };
    const sound = wants.filter(({ ref, oid }) => {
      const right = kindOf(ref) !== undefined && isOid(oid);
      if (!right) fetched.refused.push({ ref, reason: 'it is no ref of convo' });
      return right;
    });
    if (sound.length === 0) return fetched;
    const quarantine = await this.#incoming();
    if (this.#peeked && !sound.some(({ oid }) => oid === this.#peeked)) await quarantine.clear();
    this.#peeked = undefined;
    const refs = sound.map(({ ref }) => ref);
    await quarantine.know(await knownTips(this.#store.engine, this.remote.name, refs));
    const how = { maxBytes, onProgress };
    let good = await this.#download(sound, quarantine, how, fetched.refused);
    for (let faults = await this.#check(good, quarantine); faults.length > 0; faults = await this.#check(good, quarantine)) {
      fetched.refused.push(...faults);
      const bad = new Set(faults.map(({ ref }) => ref));
      await quarantine.clear();
      good = good.filter(({ ref }) => !bad.has(ref));
      if (good.length > 0) good = await this.#download(good, quarantine, how, fetched.refused);
    }
    await quarantine.adopt();
    for (const { ref, oid } of good) fetched.landed.set(ref, oid);
    if (track) await this.#track(fetched.landed);
    return fetched;
  }

  /** Returns the refs whose content must not come in, all of them where something came that none leads to. */
  async #check(wants: readonly Wanted[], quarantine: Quarantine): Promise<Fetched['refused']> {
    if (wants.length === 0) return [];
    const incoming = await this.#wire.inspect(quarantine);
    const refused: Fetched['refused'] = [];
    try {
      const check = checkFetched(incoming);
      for (const { ref, oid } of wants) {
        const reason = await check.ref(ref, oid).then(() => undefined, reasonOf);
        if (reason !== undefined) refused.push({ ref, reason });
      }
      if (refused.length > 0) return refused;
      for (const stray of check.strays()) {
        if ((await this.#store.engine.read(stray)) !== undefined) continue;
        return wants.map(({ ref }) => ({ ref, reason: `the remote sent object ${stray}, to which nothing leads` }));
      }
      return [];
    } finally {
      await incoming.close();
    }
  }

  /** Returns the wants whose objects came; where a transfer fails for what is in it, halves find out which ref that is. */
  async #download(wants: readonly Wanted[], quarantine: Quarantine, how: How, refused: Fetched['refused']): Promise<Wanted[]> {
    const load = async (some: readonly Wanted[]): Promise<string | undefined> => {
      try {
        await this.#wire.download([...new Set(some.map(({ oid }) => oid))], quarantine, how);
        return undefined;
      } catch (error) {
        const reason = reasonOf(error);
        await quarantine.clear();
        return reason;
      }
    };
    const faults = async (some: readonly Wanted[]): Promise<void> => {
      const reason = await load(some);
      if (reason === undefined) return;
      const [first] = some;
      if (some.length === 1 && first) refused.push({ ref: first.ref, reason });
      else for (const half of [some.slice(0, some.length >> 1), some.slice(some.length >> 1)]) await faults(half);
    };
    const before = refused.length;
    await faults(wants);
    if (refused.length === before) return [...wants];
    const bad = new Set(refused.map(({ ref }) => ref));
    const good = wants.filter(({ ref }) => !bad.has(ref));
    await quarantine.clear();
    return good.length === 0 ? [] : this.#download(good, quarantine, how, refused);
  }

  async push(updates: readonly Update[], onProgress = silent, { atomic } = { atomic: false }): Promise<Map<string, Pushed>> {
    const answers = new Map<string, Pushed>();
    const sent: Update[] = [];
    for (const update of updates) {
      const fault = await this.#faultOf(update);
      if (fault) answers.set(update.ref, fault);
      else sent.push(update);
    }
    const { path } = await this.#claimed();
    const isFolder = readUrl(this.#host, this.remote.url).protocol === 'file';
    let done = 0;
    for (const batch of await batches(this.#host, this.#gitdir, sent, isFolder)) {
      onProgress({ label: 'pushing', done, total: sent.length });
      const names = new Map(batch.map((update) => [nameThere(this.remote, update.ref), update]));
      const upload = [...names].map(([name, { oid, expected }]) => ({ name, oid, expected }));
      const accepted = new Map<string, Oid | null>();
      for (const [name, answer] of await this.#wire.upload(upload, path, onProgress, atomic)) {
        const update = names.get(name);
        if (!update) continue;
        answers.set(update.ref, answer);
        if (answer === 'ok') accepted.set(update.ref, update.oid);
      }
      await this.#track(accepted);
      done += batch.length;
    }
    return answers;
  }

  async #faultOf({ ref, oid, expected }: Update): Promise<Pushed | undefined> {
    if (kindOf(ref) === undefined) return { rejected: 'it is no ref of convo', moved: false };
    if (ref === mainRef && oid === null) return { rejected: 'the catalogue is never deleted', moved: false };
    if (oid === null || expected === null || oid === expected) return undefined;
    if (await isReachable(this.#store.engine, expected, [oid])) return undefined;
    return { rejected: 'it would not go forward from what the remote has', moved: false };
  }

  async #track(landed: ReadonlyMap<string, Oid | null>): Promise<void> {
    if (landed.size === 0) return;
    const { engine } = this.#store;
    const tracking = [...landed].map(([ref, to]) => ({ ref: trackingRef(this.remote.name, ref), to }));
    const now = await refsNamed(
      engine,
      tracking.map(({ ref }) => ref),
    );
    const moves = tracking.map(({ ref, to }): RefMove => ({ ref, from: now.get(ref) ?? null, to }));
    const changed = moves.filter(({ from, to }) => from !== to);
    if (changed.length > 0) await engine.moveRefs(changed);
  }

  async close(): Promise<void> {
    await (await this.#claim)?.release();
    this.#claim = undefined;
    this.#quarantine = undefined;
  }
}
