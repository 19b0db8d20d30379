import { basename, join } from 'node:path';
import { fail } from '../errors.ts';
import { type ConversationId, readConversationId } from '../model/ids.ts';
import { plainText } from './commit.ts';
import type { GitEngine, NewCommit, ObjectWriter, Oid, RefMove, Written } from './git.ts';
import { mainRef, opsRef } from './layout.ts';
import { noteChange } from './listing.ts';
import { acquireLock, type Lock } from './lock.ts';
import { nowhere } from './nowhere.ts';
import { conversationsTouched, isClean, markClean, type Operation, readHead, writeOperation } from './operations.ts';
import { dropOldOperations, pastRefOf } from './past-operations.ts';
import type { LastOperation } from './recent.ts';
import { type Recovered, recoverOperation } from './recover-operation.ts';
import { indexRefs, type RefIndex } from './ref-index.ts';
import { requireWritable, type Store } from './store.ts';

/** How long a change waits for another one to end, in milliseconds: an import of everything takes its time. */
const patience = 60_000;

interface PendingMove {
  ref: string;
  from: Oid | null;
  to: Oid | Written | null;
}

interface WrittenOperation extends LastOperation {
  ops: Oid;
}

/** What the operation log is to say of a change, besides what moved. */
export interface Intent extends Pick<Operation, 'command' | 'sentence' | 'sources' | 'undoes' | 'next' | 'wrote'> {
  /** Raw folders of the sources that imports hold back from now on; absent: those that they held back before. */
  held?: ReadonlySet<string>;
  /** The bytes of the files that it takes away. */
  taken?: Uint8Array;
}

/**
 * One change of the store: objects, then the intent on the operation log, then all refs at once. Nothing is reachable before
 * `commit`; a kill after the intent is finished by the next command.
 */
export class Transaction {
  readonly writer: ObjectWriter;
  /** What went wrong without harm. */
  readonly warnings: string[] = [];
  private readonly store: Store;
  private readonly moves: PendingMove[] = [];
  private readonly catalogue: [path: string, page: string | null][] = [];
  private readonly touched = new Set<ConversationId>();
  private lock: Lock | undefined;
  private indexed: Promise<RefIndex> | undefined;
  /** The newest operation, where `hold` found that its command was killed. */
  interrupted: Recovered['interrupted'];

  private constructor(store: Store, writer: ObjectWriter) {
    this.store = store;
    this.writer = writer;
  }

  /** Opens a writer, which keeps nothing in a dry run; takes no lock yet. Throws `store-newer`. */
  static async begin(store: Store, { dryRun }: { dryRun: boolean }): Promise<Transaction> {
    await requireWritable(store);
    return new Transaction(store, dryRun ? nowhere() : await store.engine.writer());
  }

  /** Takes the store's lock and finishes what a killed command left; call it before reading what the change rests on. */
  async hold(): Promise<string[]> {
    this.lock = await acquireLock(this.store.host, join(this.store.state, 'lock'), patience);
    this.indexed = undefined;
    const { messages, interrupted } = await recoverOperation(this.store);
    this.interrupted = interrupted;
    return messages;
  }

  /** Returns the refs that the change rests on, as they stand since `hold`. */
  refs(): Promise<RefIndex> {
    this.indexed ??= indexRefs(this.store.engine);
    return this.indexed;
  }

  /** Writes a commit and moves a ref to it. */
  async commitOn(ref: string, from: Oid | null, commit: NewCommit): Promise<void> {
    this.move(ref, from, await this.writer.commit(commit));
  }

  move(ref: string, from: Oid | null, to: Oid | Written | null): void {
    this.moves.push({ ref, from, to });
  }

  /** Puts a page into the catalogue when the change is committed; null takes it out. */
  page(path: string, page: string | null): void {
    this.catalogue.push([path, page]);
  }

  /** Says that the catalogue to which the change moves `main` has another card of this conversation. */
  touch(id: ConversationId): void {
    this.touched.add(id);
  }

  get isEmpty(): boolean {
    return this.moves.length === 0 && this.catalogue.length === 0;
  }

  /**
   * Makes the change durable, then lets `settle` remember it, still under the lock; returns the newest operation. Throws
   * `ref-moved`, and has changed nothing then.
   */
  async commit(intent: Intent, settle?: (ops: Oid | null) => Promise<void>): Promise<Oid | null> {
    if (!this.lock) throw new Error('a transaction commits under the lock');
    const nothing = this.isEmpty && intent.held === undefined && intent.undoes === undefined;
    if (nothing) await this.writer.abort();
    const written = nothing ? undefined : await this.commitMoves(intent);
    const ops = written?.ops ?? (await tipOf(this.store, opsRef));
    await settle?.(ops);
    await this.maintain(written);
    if (written) await markClean(this.store, written.ops);
    await this.release();
    return ops;
  }

  /** What is saved stays saved when tidying up fails. */
  private async maintain(written: WrittenOperation | undefined): Promise<void> {
    try {
      if (written) await noteChange(this.store, written.ops, written);
      await dropOldOperations(this.store);
      await this.store.engine.maintain();
    } catch (error) {
      this.warnings.push(`The store could not be tidied up: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async commitMoves({ held, taken, ...intent }: Intent): Promise<WrittenOperation> {
    const { engine } = this.store;
    const time = new Date(this.store.host.now());
    if (this.catalogue.length > 0) await this.commitCatalogue(intent.sentence, Math.floor(time.getTime() / 1000));
    const moves: RefMove[] = [];
    for (const { ref, from, to } of this.moves)
      moves.push({ ref, from, to: to !== null && typeof to === 'object' ? await this.writer.id(to) : to });
    const from = await tipOf(this.store, opsRef);
    const past = from && pastRefOf(await readHead(this.store, from), time.getTime());
    const operation: Operation = { ...intent, time: time.toISOString(), moves, ...this.cardsAlone(moves) };
    const catalogue = this.moves.find(({ ref }) => ref === mainRef)?.to;
    const extras = {
      ...(catalogue ? { catalogue } : {}),
      ...(held ? { held } : {}),
      ...(taken ? { taken } : {}),
      ...(past ? { past } : {}),
    };
    const written = await writeOperation(this.writer, operation, from, extras);
    const tips = moves.flatMap(({ to }) => to ?? []);
    const ops = (await this.writer.finish([written, ...tips]))(written);
    // A kill may have left it here before; it stands where this one would put it.
    if (past && (await tipOf(this.store, past)) !== from) await engine.moveRefs([{ ref: past, from: null, to: from }]);
    await engine.moveRefs([{ ref: opsRef, from, to: ops }]);
    try {
      await engine.moveRefs(moves);
    } catch (error) {
      if (!(await hasMoved(engine, moves))) await engine.moveRefs([{ ref: opsRef, from: ops, to: from }]);
      throw error;
    }
    return { ops, before: from, touched: conversationsTouched(operation) };
  }

  /** Conversations whose cards are in the change, but no ref of theirs. */
  private cardsAlone(moves: RefMove[]): Pick<Operation, 'cards'> {
    const moved = conversationsTouched({ moves });
    const ids = [...this.catalogue.map(([path]) => readConversationId(basename(path, '.md'))), ...this.touched];
    const cards = ids.filter((id) => id !== undefined && !moved.has(id)) as ConversationId[];
    return cards.length > 0 ? { cards } : {};
  }

  private async commitCatalogue(sentence: string, time: number): Promise<void> {
    const main = await tipOf(this.store, mainRef);
    const changes: NewCommit['changes'] = [];
    for (const [path, page] of this.catalogue) changes.push([path, page === null ? null : await this.writer.blob(Buffer.from(page))]);
    await this.commitOn(mainRef, main, { parents: main ? [main] : [], changes, text: plainText(sentence, time) });
  }

  /** Gives up without a trace. */
  async abort(): Promise<void> {
    await this.writer.abort();
    await this.release();
  }

  private async release(): Promise<void> {
    const lock = this.lock;
    this.lock = undefined;
    await lock?.release();
  }
}

/** Finishes what a killed command left, for one that reads before it changes something; returns what was done, a sentence each. */
export async function finishInterrupted(store: Store): Promise<string[]> {
  if (await isClean(store)) return [];
  await requireWritable(store);
  const lock = await acquireLock(store.host, join(store.state, 'lock'), patience);
  try {
    return (await recoverOperation(store)).messages;
  } finally {
    await lock.release();
  }
}

/** Tells whether a move that failed was done all the same: then its operation has to stay. */
async function hasMoved(engine: GitEngine, moves: readonly RefMove[]): Promise<boolean> {
  const standing = await indexRefs(engine);
  return moves.some(({ ref, from, to }) => from !== to && standing.tip(ref) === to);
}

/** Returns where the ref with this name stands, or null. */
export async function tipOf(store: Store, ref: string): Promise<Oid | null> {
  const refs = await store.engine.refs(ref);
  if (refs.length > 1) throw fail('bad-object', { oid: ref, reason: 'two refs have this name' });
  return refs[0]?.oid ?? null;
}
