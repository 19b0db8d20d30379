import type { ConversationChange, OperationsResult, ToldOperation } from '../../ops/operation-result.ts';

export interface OperationWire {
  id: string;
  command: string;
  sentence: string;
  time: string;
  undone: boolean;
  undoes: string | null;
}

/** What an operation did to one conversation; a branch or value that is null was, or is, not there. */
export interface ChangeWire {
  id: string;
  title: string;
  refs: { ref: string; branch: string | null; from: string | null; to: string | null }[];
  card: { what: string; before: string | null; after: string | null }[];
}

/** `convo.op/1` */
export interface OperationsWire {
  operations: OperationWire[];
  more: boolean;
  /** True where older ones are no longer kept. */
  dropped: boolean;
  /** Only of one operation. */
  changes?: ChangeWire[];
}

/** Returns the wire form of the operation log. */
export function operationsWire({ operations, more, dropped, changes }: OperationsResult): OperationsWire {
  return { operations: operations.map(operationWire), more, dropped, ...(changes && { changes: changes.map(changeWire) }) };
}

/** Returns the wire form of an operation. */
export function operationWire({ id, command, sentence, time, undone, undoes }: ToldOperation): OperationWire {
  return { id, command, sentence, time, undone, undoes: undoes ?? null };
}

/** Returns the wire form of what an operation did to a conversation. */
export function changeWire({ id, title, moves, card }: ConversationChange): ChangeWire {
  return {
    id,
    title,
    refs: moves.map(({ ref, branch, from, to }) => ({ ref, branch: branch ?? null, from, to })),
    card: card.map(({ what, before, after }) => ({ what, before: before ?? null, after: after ?? null })),
  };
}
