import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { ConversationId } from '../model/ids.ts';
import { plainText } from './commit.ts';
import { readIfThere, writeDurably } from './files.ts';
import type { GitEngine, Named, NewCommit, ObjectWriter, Oid, RefMove } from './git.ts';
import { headsPrefix, mainRef, opsRef } from './layout.ts';
import { recoverOutside, type WroteOutside } from './outside.ts';
import type { Store } from './store.ts';

/** One command that changed the store, as it stands in the operation log (sync.md 4). */
export interface Operation {
  command: string;
  /** What it did, as a sentence: `Imported 14 turns from Codex.` */
  sentence: string;
  /** ISO 8601 UTC. */
  time: string;
  moves: RefMove[];
  /** Conversations of which it changed the card alone. */
  cards?: ConversationId[];
  /** Raw folders (layout.ts) of the sources that an import read. */
  sources?: string[];
  /** The operation that this one sets back. */
  undoes?: Oid;
  /** What it wrote outside of the store. */
  wrote?: WroteOutside;
  /**
   * Of an undo or redo: what the next undo and the next redo set back; null = nothing, `redo` absent = this operation. Without
   * it the next undo sets back this operation, and there is nothing to redo.
   */
  next?: { undo: Oid | null; redo?: Oid | null };
}

/** An operation with its place in the log, without what it changed. */
export interface OperationHead extends Omit<Operation, 'moves' | 'cards' | 'sources'> {
  oid: Oid;
  before: Oid | null;
  /** Set where the one before is no parent of its commit, but kept by this ref; without the ref it was let go. */
  past?: string;
}

/** An operation with its place in the log. */
export interface LoggedOperation extends OperationHead, Operation {}

const file = 'operation.json';
/** What an operation of many moves changed; that of others stands in `operation.json`. */
const changesFile = 'changes.json';
const manyMoves = 64;
/** Raw folders of sources whose import was undone, a line each; carried from operation to operation. */
const heldFile = 'held';

/** Of an undo that took files away which were still as they had been written: their bytes, one behind the other. */
const takenFile = 'taken';

/** Returns the head of an operation of the log. Throws `bad-object` when the commit is none. */
export async function readHead(store: Store, oid: Oid): Promise<OperationHead> {
  const { changes: _changes, ...head } = await readFile<StoredOperation>(store, oid, file);
  return { ...head, oid };
}

/** Returns an operation of the log. Throws `bad-object` when the commit is none. */
export async function readOperation(store: Store, oid: Oid): Promise<LoggedOperation> {
  const { changes, ...head } = await readFile<StoredOperation>(store, oid, file);
  const { moves, ...rest } = changes ?? (await readFile<StoredChanges>(store, oid, changesFile));
  return { ...head, ...rest, oid, moves: moves.map(([ref, from, to]) => ({ ref, from, to })) };
}

/** Returns what an undo or redo behind this operation would set back. */
export function nextOf(operation: OperationHead | undefined): { undo: Oid | null; redo: Oid | null } {
  if (!operation) return { undo: null, redo: null };
  const { oid, next } = operation;
  return next ? { undo: next.undo, redo: next.redo === undefined ? oid : next.redo } : { undo: oid, redo: null };
}

interface StoredChanges extends Pick<Operation, 'cards' | 'sources'> {
  moves: [ref: string, from: Oid | null, to: Oid | null][];
}

interface StoredOperation extends Omit<OperationHead, 'oid'> {
  changes?: StoredChanges;
}

async function readFile<Value>(store: Store, oid: Oid, name: string): Promise<Value> {
  const blob = await store.engine.read(`${oid}:${name}`);
  if (!blob) throw fail('bad-object', { oid, reason: 'it is no operation' });
  return JSON.parse(Buffer.from(blob.content).toString('utf8'));
}

/** Yields the heads of the operations from one back to the oldest that is kept. */
export async function* operationsFrom(store: Store, oid: Oid | null): AsyncGenerator<OperationHead> {
  for (let at = oid; at !== null; ) {
    const head = await readHead(store, at);
    yield head;
    const isDropped = head.past !== undefined && (await store.engine.refs(head.past)).length === 0;
    at = isDropped ? null : head.before;
  }
}

/** Returns the conversations whose branches, records or cards an operation changed. */
export function conversationsTouched({ moves, cards = [] }: Pick<Operation, 'moves' | 'cards'>): Set<ConversationId> {
  const ids = new Set(cards);
  for (const { ref } of moves) {
    const id = ref.startsWith(headsPrefix) ? ref.split('/')[3] : ref.split('/')[4];
    if (id) ids.add(id as ConversationId);
  }
  return ids;
}

/** Returns the raw folders of the sources that imports leave alone, because their import was undone; `at` an operation, null = before the first. */
export async function readHeld(engine: GitEngine, at: Oid | typeof opsRef | null = opsRef): Promise<Set<string>> {
  const blob = at === null ? undefined : await engine.read(`${at}:${heldFile}`);
  return new Set(blob ? Buffer.from(blob.content).toString('utf8').split('\n').filter(Boolean) : []);
}

/** Returns the bytes of the files that an undo took away; undefined where it took none that were as they had been written. */
export const readTaken = async ({ engine }: Store, { oid }: OperationHead): Promise<Uint8Array | undefined> =>
  (await engine.read(`${oid}:${takenFile}`))?.content;

/** What stands behind an operation besides itself. */
export interface OperationExtras {
  /** The catalogue that it leaves. */
  catalogue?: Named | null;
  /** The sources held back from now on; absent: as before. */
  held?: ReadonlySet<string>;
  /** The bytes of the files that it takes away, so that they can be written again. */
  taken?: Uint8Array;
  /** The ref that keeps the operations before this one. */
  past?: string | undefined;
}

/**
 * Writes the operation as a commit behind the newest one. Its parents are that (but where `past` keeps it), every tip that it
 * drops, and the catalogue that it leaves: so gc keeps what undo can reach.
 */
export async function writeOperation(
  writer: ObjectWriter,
  operation: Operation,
  before: Oid | null,
  { catalogue, held, taken, past }: OperationExtras,
) {
  const { moves, cards, sources, ...head } = operation;
  const changes: StoredChanges = {
    moves: moves.map(({ ref, from, to }) => [ref, from, to]),
    ...(cards ? { cards } : {}),
    ...(sources ? { sources } : {}),
  };
  const isLong = moves.length > manyMoves;
  const stored: StoredOperation & { convo: number } = {
    convo: 1,
    ...head,
    before,
    ...(past ? { past } : {}),
    ...(isLong ? {} : { changes }),
  };
  const json = (value: unknown) => writer.blob(Buffer.from(JSON.stringify(value)));
  const files: NewCommit['changes'] = [[file, await json(stored)]];
  if (isLong || before) files.push([changesFile, isLong ? await json(changes) : null]);
  if (held) files.push([heldFile, held.size === 0 ? null : await writer.blob(Buffer.from([...held].sort().join('\n')))]);
  if (taken || before) files.push([takenFile, taken ? await writer.blob(taken) : null]);
  const isDropped = ({ ref, to }: RefMove) => ref !== mainRef && (to === null || operation.undoes !== undefined);
  const dropped = moves.flatMap((move) => (move.from !== null && isDropped(move) ? move.from : []));
  return writer.commit({
    parents: [...(before && !past ? [before] : []), ...(catalogue ? [catalogue] : []), ...new Set(dropped)],
    base: before,
    changes: files,
    text: plainText(operation.sentence, Math.floor(Date.parse(operation.time) / 1000)),
  });
}

/**
 * Remembers that the command of this operation has done all that it does; durable on return, so that an undo which was told as done is not
 * taken for one that was killed when the power is cut behind it.
 */
export async function markClean(store: Store, ops: Oid): Promise<void> {
  await writeDurably(store.host.fs, join(store.state, 'clean'), `${ops}\n`);
}

/** Returns the operation whose command has done all that it does, as text; undefined where nothing says so. */
export const doneOperation = async ({ host, state }: Store) => (await readIfThere(host.fs, join(state, 'clean')))?.toString('utf8').trim();

/** Tells whether the command of the newest operation has done all that it does, as far as is known. */
export async function isClean(store: Store): Promise<boolean> {
  const [tip] = await store.engine.refs(opsRef);
  return !tip || (await doneOperation(store)) === tip.oid;
}

/** Takes away what a command wrote outside of the store that failed or was killed, unless the newest operation is the one that wrote it. */
export const recoverWrote = async (store: Store, newest: Oid | null): Promise<string[]> =>
  recoverOutside(store.host, store.state, async () => (newest === null ? undefined : (await readHead(store, newest)).wrote));
