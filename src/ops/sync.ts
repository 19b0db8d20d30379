import { ConvoError, type ErrorCode, fail } from '../errors.ts';
import type { GitEngine, RefMove } from '../store/git.ts';
import { mainRef } from '../store/layout.ts';
import { trackingRef } from '../store/remote/remote.ts';
import { openTransport, type Transport } from '../store/remote/transport.ts';
import { requireWritable, type Store } from '../store/store.ts';
import { backOff } from '../store/sync/state.ts';
import { tipOf } from '../store/transaction.ts';
import type { Context } from './context.ts';
import { hasArrived } from './import/unplaced.ts';
import { guardPush } from './remote/guard.ts';
import { type RemoteSettings, readRemotes, remoteNamed } from './remote/settings.ts';
import { agree } from './sync/agree.ts';
import { copyCatalogue } from './sync/copy.ts';
import { fetchFrom } from './sync/fetch.ts';
import { withPages } from './sync/pages.ts';
import { firstCatalogue, type PushOutcome, pushTo } from './sync/push.ts';
import { isSettled, settle } from './sync/settled.ts';
import type { Agreed } from './sync/told.ts';
import type { ConversationCame, RemoteSynced, Sent, SyncInput, SyncResult } from './sync-result.ts';

/** With so many others pushing at once, somebody is through before. */
const attempts = 12;

/** Brings what is new on a remote, and changes nothing else. */
export const fetch = (context: Context, store: Store, input: SyncInput) =>
  withEach(context, store, input, 'fetch', async (session) => void (await session.fetch(input.full)));

/** Brings what is new on a remote, and agrees with it. */
export const pull = (context: Context, store: Store, input: SyncInput) =>
  withEach(context, store, input, 'pull', async (session) => {
    await session.fetch(input.full);
    await session.agree('pull');
    await placeWaiting(context, store);
  });

/** Sends what is new here. Throws `remote-ahead` where the remote has something that was not fetched. */
export const push = (context: Context, store: Store, input: SyncInput) =>
  withEach(context, store, input, 'push', async (session) => {
    if (await session.push('push')) throw fail('remote-ahead', { remote: session.remote.name });
  });

/** Pulls, agrees and pushes, again until nobody was faster. Throws `remote-busy`. */
export const sync = (context: Context, store: Store, input: SyncInput) =>
  withEach(context, store, input, 'sync', async (session) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await backOff(context.host, attempt);
      if ((await session.fetch(input.full, attempt > 0)) && (await session.isSettled())) return;
      if (!(await session.push('sync'))) return (await placeWaiting(context, store)) ? undefined : session.settle();
      session.retries += 1;
    }
    throw fail('remote-busy', { remote: session.remote.name });
  });

/** Places what was resumed from a conversation that has come; what it adds goes out with the next sync. Returns whether there was any. */
async function placeWaiting(context: Context, store: Store): Promise<boolean> {
  if (!(await hasArrived(store.engine))) return false;
  const { importSources } = await import('./import.ts');
  await importSources(context, store, { names: [], dryRun: false, close: false, again: false, waiting: true });
  return true;
}

/** The remote that was named; else the primary one, and where something is sent its copies. */
async function remotesOf(context: Context, { remote }: SyncInput, did: SyncResult['did']): Promise<RemoteSettings[]> {
  const first = await remoteNamed(context, remote);
  if (remote !== undefined || did === 'fetch' || did === 'pull') return [first];
  return [first, ...(await readRemotes(context)).filter(({ name }) => name !== first.name)];
}

async function withEach(
  context: Context,
  store: Store,
  input: SyncInput,
  did: SyncResult['did'],
  run: (session: Session) => Promise<void>,
): Promise<SyncResult> {
  await requireWritable(store);
  const done: RemoteSynced[] = [];
  const exchange = async (remote: RemoteSettings) => {
    const transport = await openTransport(context.host, store, remote);
    try {
      const session = new Session(context, store, remote, transport, input.allowPublic === true);
      await run(session);
      return session.result();
    } finally {
      await transport.close();
    }
  };
  const [first, ...copies] = await remotesOf(context, input, did);
  if (first) done.push(await exchange(first));
  for (const copy of copies) done.push(await exchange(copy).catch((error: unknown) => withoutIt(copy, error)));
  return { did, remotes: done };
}

/** Errors that are the remote's own. */
const ofRemote: readonly ErrorCode[] = [
  ...(['remote-failed', 'remote-busy', 'remote-needs-git', 'bad-url', 'bad-remote-content'] as const),
  ...(['public-remote', 'unrelated-remote', 'code-remote'] as const),
];

/** A copy that is not at hand, a disk that is not plugged in, keeps nothing else from being done. */
function withoutIt({ name, url, primary }: RemoteSettings, error: unknown): RemoteSynced {
  if (!(error instanceof ConvoError) || !ofRemote.includes(error.code)) throw error;
  return { name, url, primary, came: [], retries: 0, failed: { code: error.code, message: error.message } };
}

/** One remote while a command talks to it. */
class Session {
  readonly remote: RemoteSettings;
  retries = 0;
  private readonly context: Context;
  private readonly store: Store;
  private readonly transport: Transport;
  private readonly allowPublic: boolean;
  private readonly came = new Map<string, ConversationCame>();
  private fetched: RemoteSynced['fetched'];
  private sent: Sent | undefined;

  constructor(context: Context, store: Store, remote: RemoteSettings, transport: Transport, allowPublic: boolean) {
    this.context = context;
    this.store = store;
    this.remote = remote;
    this.transport = transport;
    this.allowPublic = allowPublic;
  }

  /** Returns whether the remote was asked for its catalogue alone, and it stood where it stood. */
  async fetch(full: boolean, again = false): Promise<boolean> {
    const { refs, refused, quiet } = await fetchFrom(this.context, this.store, this.transport, this.remote, { full, again });
    this.fetched = { refs: refs + (this.fetched?.refs ?? 0), refused };
    return quiet;
  }

  /** Whether there was nothing left to say, and nothing was done here since: then no branch has to be looked at. */
  async isSettled(): Promise<boolean> {
    if (!(await isSettled(this.store, this.remote))) return false;
    this.sent = nothingSent;
    return true;
  }

  /** Remembers that there is nothing left to say. */
  async settle(): Promise<void> {
    if ((this.sent?.refused.length ?? 0) + (this.fetched?.refused.length ?? 0) > 0) return;
    await settle(this.store, this.remote);
  }

  async agree(command: string, without: ReadonlySet<string> = new Set()): Promise<Agreed> {
    const agreed = await agree(this.context, this.store, this.remote, { command, without });
    for (const one of agreed.changes) this.came.set(one.id, this.both(this.came.get(one.id), one));
    return agreed;
  }

  /** Sends what was agreed on; returns whether somebody was faster. What the remote does not want stays here, with its cards. */
  async push(command: string): Promise<boolean> {
    const refused: Sent['refused'] = [];
    const without = new Set<string>();
    await guardPush(this.context, this.store, this.remote, this.transport, { allowPublic: this.allowPublic });
    if (!(await this.begin())) return true;
    for (;;) {
      const agreed = this.remote.primary
        ? await this.agree(command, without)
        : await copyCatalogue(this.context, this.store, this.remote, without);
      const { sent, moved } = await this.send(agreed, without);
      this.sent = added(this.sent, { ...sent, refused: [] });
      const isNew = sent.refused.filter(({ conversation }) => !without.has(conversation));
      refused.push(...isNew);
      for (const { conversation } of isNew) without.add(conversation);
      this.sent.refused = refused;
      if (moved || isNew.every(({ conversation }) => conversation === '')) return moved;
    }
  }

  /** Sends what was agreed on, with the pages of the catalogue; they stand in this store's too once they are there. */
  private async send({ catalogue, sides }: Pick<Agreed, 'catalogue' | 'sides'>, without: ReadonlySet<string>): Promise<PushOutcome> {
    const { store, remote } = this;
    const { engine } = store;
    const standing = await tipOf(store, trackingRef(remote.name, mainRef));
    const local = remote.primary ? await tipOf(store, mainRef) : null;
    const { there, here } = await withPages(store, remote, { there: catalogue, standing, local }, without);
    const outcome = await pushTo(this.context, store, this.transport, remote, { catalogue: there, sides }, without);
    if (outcome.sent.catalogue && here !== local) await moveIfThere(engine, { ref: mainRef, from: local, to: here });
    return outcome;
  }

  /** The first push of all is the branch that the host shows. Returns false where another machine made it in the meantime. */
  private async begin(): Promise<boolean> {
    const [known, own] = [await tipOf(this.store, trackingRef(this.remote.name, mainRef)), await tipOf(this.store, mainRef)];
    if (known !== null || own === null) return true;
    const first = { ref: mainRef, oid: await firstCatalogue(this.store), expected: null };
    const answer = (await this.transport.push([first])).get(mainRef);
    if (answer === undefined || answer === 'ok') return true;
    if (answer.moved) return false;
    throw fail('remote-failed', { url: this.remote.url, reason: answer.rejected });
  }

  /** What came in several attempts, as one. */
  private both(before: ConversationCame | undefined, now: ConversationCame): ConversationCame {
    if (!before) return now;
    const union = (a: string[], b: string[]) => [...new Set([...a, ...b])];
    return {
      ...now,
      isNew: before.isNew,
      added: union(before.added, now.added),
      moved: union(before.moved, now.moved),
      gone: union(before.gone, now.gone),
      labelled: before.labelled || now.labelled,
      parted: [...before.parted, ...now.parted],
    };
  }

  result(): RemoteSynced {
    const { name, url, primary } = this.remote;
    return {
      ...{ name, url, primary, came: [...this.came.values()], retries: this.retries },
      ...(this.fetched ? { fetched: this.fetched } : {}),
      ...(this.sent ? { sent: this.sent } : {}),
    };
  }
}

/** Where an import came in between, its catalogue is newer, and the next agreement builds on it. */
async function moveIfThere(engine: GitEngine, move: RefMove): Promise<void> {
  try {
    await engine.moveRefs([move]);
  } catch (error) {
    if (!(error instanceof ConvoError && error.code === 'ref-moved')) throw error;
  }
}

const nothingSent: Sent = { conversations: 0, branches: 0, deleted: 0, catalogue: false, refused: [], held: 0 };

function added(before: Sent | undefined, now: Sent): Sent {
  if (!before) return now;
  return {
    conversations: before.conversations + now.conversations,
    branches: before.branches + now.branches,
    deleted: before.deleted + now.deleted,
    catalogue: before.catalogue || now.catalogue,
    refused: now.refused,
    held: now.held,
  };
}
