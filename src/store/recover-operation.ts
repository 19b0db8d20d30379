import { join } from 'node:path';
import { fail } from '../errors.ts';
import { listIfThere, removeIfThere, statIfThere } from './files.ts';
import { finishTaking } from './files-back.ts';
import type { Oid } from './git.ts';
import { opsRef } from './layout.ts';
import { doneOperation, markClean, readOperation, recoverWrote } from './operations.ts';
import { indexRefs } from './ref-index.ts';
import type { Store } from './store.ts';

/** Files that a dead process did not rename or remove; none lives for long. */
const temporary = /^\..*\.tmp$|^\.(lock|dead)-/;
const temporaryLimit = 10 * 60_000;

async function removeTemporaries({ host, home, state }: Store): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of [home, join(home, 'store.git'), state, join(state, 'cursors')]) {
    for (const name of await listIfThere(host.fs, folder)) {
      if (!temporary.test(name)) continue;
      const path = join(folder, name);
      const age = host.now() - ((await statIfThere(host.fs, path))?.mtimeMs ?? host.now());
      if (age < temporaryLimit) continue;
      await removeIfThere(host.fs, path);
      removed.push(`removed ${path}`);
    }
  }
  return removed;
}

/** What the next command found of one that was killed. */
export interface Recovered {
  /** What was done about it, a sentence each. */
  messages: string[];
  /** The newest operation, where the command that wrote it never came to say so, and the files that it was still to take away. */
  interrupted?: { oid: Oid; removed: string[] };
}

/**
 * Finishes what a killed command began: the refs of the newest operation that still stand where it found them move on, if
 * their objects are there, and the files go that it was to take away. Called under the lock.
 */
export async function recoverOperation(store: Store): Promise<Recovered> {
  const messages = [...(await store.engine.recover()), ...(await removeTemporaries(store))];
  const [tip] = await store.engine.refs(opsRef);
  if (!tip) return { messages };
  messages.push(...(await recoverWrote(store, tip.oid)));
  const clean = await doneOperation(store);
  if (clean === tip.oid) return { messages };
  const operation = await readOperation(store, tip.oid);
  const { moves, sentence } = operation;
  const standing = await indexRefs(store.engine);
  const left = moves.filter((move) => standing.tip(move.ref) === move.from && move.from !== move.to);
  for await (const object of store.engine.readMany(left.flatMap((move) => (move.to ? [move.to] : [])))) {
    if (!object) throw fail('bad-object', { oid: tip.oid, reason: 'it names an object that was not saved' });
  }
  if (left.length > 0) {
    await store.engine.moveRefs(left);
    messages.push(`Finished an interrupted command: ${sentence}`);
  }
  // Without a mark nothing says that its command was killed.
  const taken = clean ? await finishTaking(store, operation) : undefined;
  await markClean(store, tip.oid);
  if (!taken) return { messages };
  return { messages: [...messages, ...taken.messages], interrupted: { oid: tip.oid, removed: taken.removed } };
}
