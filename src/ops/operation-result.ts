import type { ConversationId } from '../model/ids.ts';
import type { Oid, RefMove } from '../store/git.ts';

/** An operation as it is told. */
export interface ToldOperation {
  id: Oid;
  command: string;
  sentence: string;
  /** ISO 8601 UTC. */
  time: string;
  /** True where an undo set it back, and no redo brought it again. */
  undone: boolean;
  /** The operation that it set back. */
  undoes?: Oid;
}

/** What an operation did to one conversation. */
export interface ConversationChange {
  id: ConversationId;
  title: string;
  /** Its branches and raw records: where they stood before and after. */
  moves: (RefMove & { branch?: string })[];
  /** What its card says otherwise: `label of try`, undefined = nothing. */
  card: { what: string; before?: string; after?: string }[];
}

export interface OperationsInput {
  /** Tells one operation with what it changed, not all. */
  show: boolean;
  /** The start of an id; absent = the newest. */
  operation?: string;
  limit?: number;
}

export interface OperationsResult {
  /** Newest first. */
  operations: ToldOperation[];
  /** Of the one that was asked for. */
  changes?: ConversationChange[];
  /** True where the limit left some out. */
  more: boolean;
  /** True where older ones are no longer kept. */
  dropped: boolean;
}

export interface SetBackInput {
  /** redo sets back the last undo. */
  command: 'undo' | 'redo';
  /** The start of an id; absent = the newest that is not undone. */
  operation?: string;
  dryRun: boolean;
}

export interface SetBackResult {
  command: 'undo' | 'redo';
  dryRun: boolean;
  /** What was set back: of a redo the operation that stands again. */
  operation: ToldOperation;
  /** What changed now. */
  changes: ConversationChange[];
  /** Sources that imports leave alone from now on, because their import was undone. */
  held: number;
  /**
   * Conversations of tools that the command wrote. Where that is set back: taken away, or kept because somebody went on in them. Where an undo of it
   * is set back: written again, or not, and why.
   */
  files?: { removed: string[]; kept: string[]; written: string[]; unwritten: { path: string; reason: string }[] };
  /** What the next undo and the next redo would set back. */
  next: { undo?: ToldOperation; redo?: ToldOperation };
}
