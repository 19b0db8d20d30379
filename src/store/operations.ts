import { join } from 'node:path';
import { fail } from '../errors.ts';
import { plainText } from './commit.ts';
import { listIfThere, readIfThere, removeIfThere, statIfThere, writeDurably } from './files.ts';
import type { NewCommit, ObjectWriter, Oid, RefMove } from './git.ts';
import { opsRef } from './layout.ts';
import { indexRefs } from './ref-index.ts';
import type { Store } from './store.ts';

/** One command that changed the store, as it stands in the operation log (sync.md 4). */
export interface Operation {
  command: string;
  /** What it did, as a sentence: `Imported 14 turns from Codex.` */
  sentence: string;
  /** ISO 8601 UTC. */
  time: string;
  moves: RefMove[];
}

const file = 'operation.json';

/** Returns the operation of a commit of the log. Throws `bad-object` when it is not one. */
export async function readOperation(store: Store, oid: Oid): Promise<Operation & { before: Oid | null }> {
  const blob = await store.engine.read(`${oid}:${file}`);
  if (!blob) throw fail('bad-object', { oid, reason: 'it is no operation' });
  const { command, sentence, time, before, moves } = JSON.parse(Buffer.from(blob.content).toString('utf8'));
  return { command, sentence, time, before, moves: moves.map(([ref, from, to]: [string, Oid | null, Oid | null]) => ({ ref, from, to })) };
}

/** Writes the operation as a commit behind the newest one; its parents are that and every tip that it drops. */
export async function writeOperation(writer: ObjectWriter, operation: Operation, before: Oid | null) {
  const moves = operation.moves.map(({ ref, from, to }) => [ref, from, to]);
  const content = JSON.stringify({ convo: 1, ...operation, before, moves });
  const dropped = operation.moves.filter((move) => move.to === null && move.from !== null).map((move) => move.from as Oid);
  const commit: NewCommit = {
    parents: [...(before ? [before] : []), ...new Set(dropped)],
    base: null,
    changes: [[file, await writer.blob(Buffer.from(content))]],
    text: plainText(operation.sentence, Math.floor(Date.parse(operation.time) / 1000)),
  };
  return writer.commit(commit);
}

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

const cleanPath = (store: Store) => join(store.state, 'clean');

/** Remembers that every ref of this operation moved. */
export async function markClean(store: Store, ops: Oid): Promise<void> {
  await writeDurably(store.host.fs, cleanPath(store), `${ops}\n`);
}

/**
 * Finishes what a killed command began: the refs of the newest operation that still stand where it found them move on, if
 * their objects are there. Called under the lock. Returns what it did, a sentence each.
 */
export async function recoverOperation(store: Store): Promise<string[]> {
  const done = [...(await store.engine.recover()), ...(await removeTemporaries(store))];
  const [tip] = await store.engine.refs(opsRef);
  if (!tip) return done;
  const clean = await readIfThere(store.host.fs, cleanPath(store));
  if (clean && Buffer.from(clean).toString('utf8').trim() === tip.oid) return done;
  const { moves, sentence } = await readOperation(store, tip.oid);
  const standing = await indexRefs(store.engine);
  const left = moves.filter((move) => standing.tip(move.ref) === move.from && move.from !== move.to);
  for await (const object of store.engine.readMany(left.flatMap((move) => (move.to ? [move.to] : [])))) {
    if (!object) throw fail('bad-object', { oid: tip.oid, reason: 'it names an object that was not saved' });
  }
  if (left.length > 0) {
    await store.engine.moveRefs(left);
    done.push(`Finished an interrupted command: ${sentence}`);
  }
  await markClean(store, tip.oid);
  return done;
}
