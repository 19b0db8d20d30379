import type { SetBackResult } from '../../ops/operation-result.ts';
import { type ChangeWire, changeWire, type OperationWire, operationWire } from './operations.ts';

/** `convo.undo/1`, of redo too. */
export interface SetBackWire {
  command: string;
  dryRun: boolean;
  operation: OperationWire;
  changes: ChangeWire[];
  held: number;
  /** Conversations of tools that the command wrote: what undo took away or left, and what redo wrote again or did not. */
  files: { removed: string[]; kept: string[]; written: string[]; unwritten: { path: string; reason: string }[] } | null;
  next: { undo: OperationWire | null; redo: OperationWire | null };
}

/** Returns the wire form of an undo or redo. */
export function setBackWire({ command, dryRun, operation, changes, held, files, next }: SetBackResult): SetBackWire {
  return {
    ...{ command, dryRun, operation: operationWire(operation), changes: changes.map(changeWire), held },
    files: files
      ? {
          ...{ removed: files.removed, kept: files.kept, written: files.written },
          unwritten: files.unwritten.map(({ path, reason }) => ({ path, reason })),
        }
      : null,
    next: { undo: next.undo ? operationWire(next.undo) : null, redo: next.redo ? operationWire(next.redo) : null },
  };
}
