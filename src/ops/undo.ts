import { ConvoError, fail } from '../errors.ts';
import { printCard } from '../model/card-page.ts';
import { setBackCard } from '../model/card-undo.ts';
import { isReachable } from '../store/ancestry.ts';
import { readCard } from '../store/catalogue.ts';
import { filesBack } from '../store/files-back.ts';
import type { Oid, RefMove } from '../store/git.ts';
import { headsPrefix, mainRef, opsRef } from '../store/layout.ts';
import {
  conversationsTouched,
  type LoggedOperation,
  nextOf,
  type OperationHead,
  operationsFrom,
  readHead,
  readHeld,
  readOperation,
  recoverWrote,
} from '../store/operations.ts';
import { readOutside, removeOutside, settleOutside, type WroteOutside } from '../store/outside.ts';
import { daysKept, recentOperation } from '../store/past-operations.ts';
import { remoteOf, remotesPrefix, trackedRef } from '../store/remote/remote.ts';
import { readOpenTurns, readTable, writeTable } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { type Intent, Transaction, tipOf } from '../store/transaction.ts';
import type { Context } from './context.ts';
import { type Held, isHeld } from './import/held.ts';
import type { SetBackInput, SetBackResult } from './operation-result.ts';
import { cardEdits, changesOf, findOperation, tellOperation } from './operations.ts';
import { type Again, takenAway, takenBy, writeAgain, writtenAgain } from './outside-files.ts';

type Next = NonNullable<LoggedOperation['next']>;

/** Sets back what one operation changed, by a further operation: refs by compare-and-swap, cards value by value (sync.md 4). */
export async function setBack(context: Context, store: Store, input: SetBackInput): Promise<SetBackResult> {
  const transaction = await Transaction.begin(store, { dryRun: input.dryRun });
  try {
    if (!input.dryRun) for (const message of await transaction.hold()) context.warn(message);
    const finished = await interrupted(store, transaction, input);
    const result = finished ?? (await commit(store, transaction, input));
    if (finished || input.dryRun) await transaction.abort();
    for (const message of transaction.warnings) context.warn(message);
    return result;
  } catch (error) {
    await transaction.abort();
    throw error;
  }
}

/** The same command, killed before: it is finished by now, and typing it again is no wish for more. */
async function interrupted(store: Store, transaction: Transaction, input: SetBackInput): Promise<SetBackResult | undefined> {
  const { oid = null, removed = [] } = transaction.interrupted ?? {};
  const done = await headAt(store, oid);
  if (!done?.undoes || done.command !== input.command) return undefined;
  if (input.operation !== undefined && (await findOperation(store, input.operation)).oid !== done.undoes) return undefined;
  const target = await readOperation(store, done.undoes);
  const added = [...(await readHeld(store.engine, done.oid))].length - [...(await readHeld(store.engine, done.before))].length;
  const back = await filesBack(store, target);
  const left = back && !back.again ? await removeOutside(store.host.fs, back.wrote) : undefined;
  const taken = left && takenAway({ removed: [...removed, ...left.removed], kept: left.kept });
  const files = back?.again && done.wrote ? writtenAgain(done.wrote) : taken;
  return { ...(await tell(store, input, { target, held: added, next: await tellNext(store, nextOf(done)) })), ...(files ? { files } : {}) };
}

/** Reads everything before it commits: what is new stands in no pack that is open. */
async function commit(store: Store, transaction: Transaction, input: SetBackInput): Promise<SetBackResult> {
  const { target, next } = await choose(store, input);
  await setBackMoves(store, transaction, target, input.dryRun);
  await setBackCards(store, transaction, target);
  const held = await heldAfter(store, target);
  const standing = await stands(store, input, target);
  const result = await tell(store, input, {
    target,
    held: held?.count ?? 0,
    next: input.dryRun ? {} : await behind(store, next, standing),
  });
  const back = await filesBack(store, target);
  const gone = back?.again ? undefined : back?.wrote;
  if (input.dryRun) {
    const paths = back?.wrote.files.map(({ path }) => path);
    const files = paths && { removed: gone ? paths : [], kept: [], written: gone ? [] : paths, unwritten: [] };
    return { ...result, ...(files ? { files } : {}) };
  }
  const again: Again = back?.again ? await writeAgain(store, target, back.wrote) : {};
  const taken = gone ? await takenNow(store, target, gone) : again.taken;
  let { files } = again;
  const intent: Intent = {
    command: input.command,
    sentence: `${input.command === 'undo' ? 'Undid' : 'Redid'}: ${standing.sentence}`,
    undoes: target.oid,
    ...(next ? { next } : {}),
    ...(held ? { held: held.all } : {}),
    ...(taken ? { taken } : {}),
    ...(again.wrote ? { wrote: again.wrote } : {}),
  };
  try {
    await transaction.commit(intent, async () => {
      await forgetOpen(store, held?.all);
      if (gone) files = takenAway(await removeOutside(store.host.fs, gone));
    });
  } catch (error) {
    if (again.wrote) await recoverWrote(store, await tipOf(store, opsRef));
    throw error instanceof ConvoError && error.code === 'ref-moved' ? await refInTheWay(store, target, `${error.data.ref}`) : error;
  }
  if (again.wrote) await settleOutside(store.host, store.state);
  return { ...result, ...(files ? { files } : {}) };
}

/** The bytes of files that are still as they were written, or that the operation, or the newest one, could not write. */
async function takenNow(store: Store, target: LoggedOperation, gone: WroteOutside): Promise<Uint8Array | undefined> {
  const newest = await headAt(store, await tipOf(store, opsRef));
  const standing = await readOutside(store.host.fs, gone);
  return standing ?? (await takenBy(store, target, gone)) ?? (newest && (await takenBy(store, newest, gone)));
}

/** What the next undo and redo will set back. */
async function behind(store: Store, next: Next | undefined, standing: OperationHead): Promise<SetBackResult['next']> {
  if (!next) return {};
  if (next.redo === undefined) return { ...(await tellNext(store, { undo: next.undo, redo: null })), redo: tellOperation(standing, true) };
  return tellNext(store, { undo: next.undo, redo: next.redo });
}

/** What an undo takes back, and what stands again after a redo. */
const stands = async (store: Store, { command }: SetBackInput, target: LoggedOperation) =>
  command === 'redo' && target.undoes ? readHead(store, target.undoes) : target;

interface Told {
  /** What was set back. */
  target: LoggedOperation;
  held: number;
  next: SetBackResult['next'];
}

async function tell(store: Store, { command, dryRun }: SetBackInput, { target, held, next }: Told): Promise<SetBackResult> {
  const back = target.moves.map(({ ref, from, to }) => ({ ref, from: to, to: from }));
  return {
    command,
    dryRun,
    operation: tellOperation(await stands(store, { command, dryRun }, target), command === 'undo'),
    changes: await changesOf(store, { moves: back, ...(target.cards ? { cards: target.cards } : {}) }),
    held: Math.max(0, held),
    next,
  };
}

/** An operation that is not too old to be taken back. */
const recent = async (store: Store, oid: Oid | null) =>
  oid === null ? undefined : recentOperation(store, oid, await tipOf(store, opsRef));

const headAt = async (store: Store, oid: Oid | null) => (oid === null ? undefined : readHead(store, oid));

/**
 * The operation to set back, and what comes next behind that: of one that is named, too, where it is what undo or redo would set back anyway.
 * Any other is set back out of turn, which can be undone as any other change.
 */
async function choose(store: Store, { command, operation }: SetBackInput): Promise<{ target: LoggedOperation; next?: Next }> {
  const now = nextOf(await headAt(store, await tipOf(store, opsRef)));
  const named = operation === undefined ? undefined : await findOperation(store, operation);
  const oid = named?.oid ?? now[command];
  const nothing = command === 'undo' ? 'nothing-to-undo' : 'nothing-to-redo';
  if (!oid) throw fail(nothing);
  if (named?.undone) throw fail('already-undone', { sentence: named.sentence });
  if (!(await recent(store, oid))) throw fail(nothing, { daysKept });
  const target = await readOperation(store, oid);
  if (command === 'redo' && !(await recent(store, target.undoes ?? null))) throw fail(nothing, { daysKept });
  const before = nextOf(await headAt(store, target.before));
  if (target.oid === now.redo) return { target, next: { undo: target.undoes ?? null, redo: before.redo } };
  return target.oid === now.undo ? { target, next: { undo: before.undo } } : { target };
}

/** Moves every ref of an operation back to where it found it. That each still stands where it left it is checked by the move itself. */
async function setBackMoves(store: Store, transaction: Transaction, target: LoggedOperation, dryRun: boolean): Promise<void> {
  const moves = target.moves.filter(({ ref, from, to }) => ref !== mainRef && from !== to);
  const now = dryRun ? await transaction.refs() : undefined;
  await refusePublished(store, target, moves);
  for (const { ref, from, to } of moves) {
    if (now && now.tip(ref) !== to) throw await refInTheWay(store, target, ref);
    transaction.move(ref, to, from);
  }
}

/** What is on a remote may be on other machines: it is not taken from under them (sync.md 4). */
async function refusePublished(store: Store, target: LoggedOperation, moves: readonly RefMove[]): Promise<void> {
  for (const { name, oid } of await store.engine.refs(remotesPrefix)) {
    const remote = remoteOf(name);
    const ref = trackedRef(remote, name);
    const move = moves.find((one) => one.ref === ref);
    if (move?.to && ref.startsWith(headsPrefix) && (await isReachable(store.engine, move.to, [oid])))
      throw fail('published', { what: ref.split('/').slice(-2).join('/'), remote, sentence: target.sentence });
  }
}

const refInTheWay = (store: Store, target: LoggedOperation, ref: string) =>
  inTheWay(store, target, ref.split('/').slice(-2).join('/'), ({ moves }) => moves.some((move) => move.ref === ref));

async function setBackCards(store: Store, transaction: Transaction, target: LoggedOperation): Promise<void> {
  for (const { id, path, before, after } of await cardEdits(store, target)) {
    if (!before && !after) continue;
    const current = await readCard(store.engine, id);
    const { card, inTheWay: values } = setBackCard(current, before, after);
    if (values[0] !== undefined)
      throw await inTheWay(store, target, `the ${values[0]} of ${id}`, (one) => conversationsTouched(one).has(id));
    if (card !== current) transaction.page(path, card ? printCard(card) : null);
  }
}

/** Names the newest operation that changed the same since. */
async function inTheWay(store: Store, target: LoggedOperation, what: string, touches: (operation: LoggedOperation) => boolean) {
  const data = { sentence: target.sentence, what };
  for await (const { oid } of operationsFrom(store, await tipOf(store, opsRef))) {
    if (oid === target.oid) break;
    const operation = await readOperation(store, oid);
    if (touches(operation)) return fail('undo-in-the-way', { ...data, by: operation.oid.slice(0, 8), bySentence: operation.sentence });
  }
  return fail('undo-in-the-way', data);
}

/** The sources held back once an operation is set back: those of an undone import, and what the operation itself held or released turned round. */
async function heldAfter({ engine }: Store, target: LoggedOperation): Promise<{ all: Set<string>; count: number } | undefined> {
  const [now, at, before] = [await readHeld(engine), await readHeld(engine, target.oid), await readHeld(engine, target.before)];
  const all = new Set([...now].filter((source) => before.has(source) || !at.has(source)));
  for (const source of [...before].filter((one) => !at.has(one))) all.add(source);
  if (!target.undoes) for (const source of target.sources ?? []) all.add(source);
  const changed = all.size !== now.size || [...all].some((source) => !now.has(source));
  return changed ? { all, count: all.size - now.size } : undefined;
}

/** Turns in progress of sources that are held back now are told no longer; once they are free, an import reads them again. */
async function forgetOpen({ host, state }: Store, held: Held = new Set()): Promise<void> {
  if (held.size === 0 || (await readOpenTurns(host, state)).size === 0) return;
  const table = await readTable(host, state);
  for (const [key, row] of table.rows) if (row.open?.length && isHeld(held, row)) table.rows.set(key, { ...row, open: [], stamp: '' });
  await writeTable(host, state, table);
}

async function tellNext(store: Store, oids: { undo: Oid | null; redo: Oid | null }): Promise<SetBackResult['next']> {
  const undo = await recent(store, oids.undo);
  const redo = await recent(store, oids.redo);
  const redone = await recent(store, redo?.undoes ?? null);
  return { ...(undo ? { undo: tellOperation(undo, false) } : {}), ...(redone ? { redo: tellOperation(redone, true) } : {}) };
}
