import { ConvoError } from '../errors.ts';
import type { Oid } from './git.ts';
import { opsRef } from './layout.ts';
import type { OperationHead } from './operations.ts';
import { type RemovedOutside, removeOutside, type WroteOutside } from './outside.ts';
import { recentOperation } from './past-operations.ts';
import type { Store } from './store.ts';

/** What becomes of files outside of the store when an operation is set back: those that it wrote go, those that it took away are written again. */
export interface FilesBack {
  wrote: WroteOutside;
  again: boolean;
}

/** Returns what becomes of files when an operation is set back, itself perhaps one that set back another; undefined also for what is too old. */
export async function filesBack(store: Store, target: OperationHead): Promise<FilesBack | undefined> {
  const [tip] = await store.engine.refs(opsRef);
  const headOf = (oid: Oid) => recentOperation(store, oid, tip?.oid ?? null);
  let again = false;
  for (let at: OperationHead | undefined = target; at; at = at.undoes && (await headOf(at.undoes))) {
    if (at.wrote) return { wrote: at.wrote, again };
    again = !again;
  }
  return undefined;
}

/** Takes away what an undo was to take that was killed behind its operation; returns what was removed, and says of each file what became of it. */
export async function finishTaking(store: Store, undo: OperationHead): Promise<{ removed: string[]; messages: string[] }> {
  const back = await filesBack(store, undo);
  if (!undo.undoes || !back?.again) return { removed: [], messages: [] };
  try {
    return said(await removeOutside(store.host.fs, back.wrote));
  } catch (error) {
    // The next command is another one, and would fail on it as well.
    if (!(error instanceof ConvoError)) throw error;
    return { removed: [], messages: [`${error.message}: it was undone, and stays`] };
  }
}

const said = ({ removed, kept }: RemovedOutside) => ({
  removed,
  messages: [
    ...removed.map((path) => `removed ${path}, of an interrupted command`),
    ...kept.map((path) => `${path} was undone by a command that was interrupted, and has grown since: it stays`),
  ],
});
