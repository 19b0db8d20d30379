import { fail } from '../errors.ts';
import type { Card } from '../model/card.ts';
import { cardPath, parseCard } from '../model/card-page.ts';
import { valuesOf } from '../model/card-undo.ts';
import type { ConversationId } from '../model/ids.ts';
import type { Oid } from '../store/git.ts';
import { headsPrefix, mainRef, opsRef } from '../store/layout.ts';
import { conversationsTouched, type Operation, type OperationHead, operationsFrom, readOperation } from '../store/operations.ts';
import type { Store } from '../store/store.ts';
import { tipOf } from '../store/transaction.ts';
import type { ConversationChange, OperationsInput, OperationsResult, ToldOperation } from './operation-result.ts';

/** Tells what was done to the store, newest first; of one operation also what it changed. */
export async function operations(store: Store, input: OperationsInput): Promise<OperationsResult> {
  if (input.show) {
    const found = await findOperation(store, input.operation);
    return {
      operations: [tellOperation(found, found.undone)],
      changes: await changesOf(store, await readOperation(store, found.oid)),
      more: false,
      dropped: false,
    };
  }
  const told: ToldOperation[] = [];
  let oldest: FoundOperation | undefined;
  for await (const operation of toldOperations(store)) {
    if (told.length === input.limit) return { operations: told, more: true, dropped: false };
    told.push(tellOperation(operation, operation.undone));
    oldest = operation;
  }
  return { operations: told, more: false, dropped: oldest?.before !== undefined && oldest.before !== null };
}

/** An operation of the log, and whether it was undone since. */
export type FoundOperation = OperationHead & Pick<ToldOperation, 'undone'>;

/** Yields the operations of the log, newest first. */
async function* toldOperations(store: Store): AsyncGenerator<FoundOperation> {
  const setBack = new Set<Oid>();
  for await (const operation of operationsFrom(store, await tipOf(store, opsRef))) {
    const undone = setBack.has(operation.oid);
    if (operation.undoes && !undone) setBack.add(operation.undoes);
    yield { ...operation, undone };
  }
}

/** Returns the operation whose id begins so, or the newest. Throws `unknown-operation`, also where several begin so. */
export async function findOperation(store: Store, start = ''): Promise<FoundOperation> {
  const found: FoundOperation[] = [];
  if (/^([0-9a-f]{4,40})?$/.test(start)) {
    for await (const one of toldOperations(store)) {
      if (one.oid.startsWith(start)) found.push(one);
      if (start === '') break;
    }
  }
  const [first, second] = found;
  if (!first || second) throw fail('unknown-operation', { operation: start, several: second !== undefined });
  return first;
}

/** Returns an operation as it is told. */
export function tellOperation({ oid, command, sentence, time, undoes }: OperationHead, undone: boolean): ToldOperation {
  return { id: oid, command, sentence, time, undone, ...(undoes ? { undoes } : {}) };
}

/** The card of a conversation before and after an operation. */
export interface CardEdit {
  id: ConversationId;
  path: string;
  before: Card | undefined;
  after: Card | undefined;
}

/** Returns the cards of the conversations that an operation changed, as it found and as it left them. */
export async function cardEdits({ engine }: Store, operation: Pick<Operation, 'moves' | 'cards'>): Promise<CardEdit[]> {
  const ids = [...conversationsTouched(operation)];
  const main = operation.moves.find(({ ref }) => ref === mainRef);
  if (!main) return ids.map((id) => ({ id, path: cardPath(id), before: undefined, after: undefined }));
  const names = ids.flatMap((id) => [main.from, main.to].flatMap((oid) => (oid ? [`${oid}:${cardPath(id)}`] : [])));
  const cards = new Map<string, Card | undefined>();
  let index = 0;
  for await (const page of engine.readMany(names))
    cards.set(names[index++] ?? '', page && parseCard(Buffer.from(page.content).toString('utf8')));
  return ids.map((id) => {
    const path = cardPath(id);
    return { id, path, before: cards.get(`${main.from}:${path}`), after: cards.get(`${main.to}:${path}`) };
  });
}

/** Returns what an operation changed, conversation by conversation. */
export async function changesOf(store: Store, operation: Pick<Operation, 'moves' | 'cards'>): Promise<ConversationChange[]> {
  const edits = await cardEdits(store, operation);
  return edits.map((edit) => changeOf(edit, operation.moves));
}

function changeOf({ id, before, after }: CardEdit, moves: Operation['moves']): ConversationChange {
  const own = moves.filter(({ ref }) => ref.split('/').includes(id));
  const [old, made] = [valuesOf(before), valuesOf(after)];
  const card = [...new Set([...old.keys(), ...made.keys()])]
    .filter((what) => old.get(what) !== made.get(what) && !/^(tip of|source) /.test(what))
    .map((what) => {
      const [from, to] = [old.get(what), made.get(what)];
      return { what, ...(from === undefined ? {} : { before: from }), ...(to === undefined ? {} : { after: to }) };
    });
  return {
    id,
    title: after?.title ?? before?.title ?? '',
    moves: own.map((move) => (move.ref.startsWith(headsPrefix) ? { ...move, branch: move.ref.split('/').at(-1) ?? '' } : move)),
    card,
  };
}
