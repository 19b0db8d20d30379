import type { Cursor } from '../importer.ts';
import type { Entry } from './skeleton.ts';
import { packState, type ScanState, unpackState } from './state.ts';
import { assemble, type Tree } from './tree.ts';

/** The records of a file in their turns. */
export interface Placed {
  entries: readonly Entry[];
  tree: Tree;
}

const kept = new WeakMap<Cursor, Placed>();

/** Returns the cursor of a scan; what the scan made is kept with it, and its state is packed only when somebody asks for it. */
export function keepingCursor(place: Omit<Cursor, 'state'>, state: ScanState, tree: Tree): Cursor {
  const cursor: Cursor = {
    ...place,
    get state() {
      return packState(state);
    },
  };
  kept.set(cursor, { entries: state.entries, tree });
  return cursor;
}

/** Returns what a cursor was kept with, else what its state tells. */
export function placedBy(cursor: Cursor): Placed {
  const placed = kept.get(cursor);
  if (placed) return placed;
  const { entries, complete } = unpackState(cursor.state);
  return { entries, tree: assemble(entries, complete) };
}
