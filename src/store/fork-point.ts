import { chain, threadOf } from './branches.ts';
import { plainText } from './commit.ts';
import type { StoredTurn } from './entry.ts';
import type { GitEngine, Named, ObjectWriter, Oid } from './git.ts';

/** A commit to go on from, and its time in seconds since 1970. */
export interface ForkPoint {
  commit: Named;
  time: number;
}

/**
 * Returns the commit at which a branch ends with the `index`-th turn of its thread: the newest one that brought this turn, before
 * the next one came. A turn that has no such commit (a reimport cut turns anew, a turn before it was corrected later) gets one on the
 * tip, without what stands behind it.
 */
export async function forkPoint(
  engine: GitEngine,
  writer: ObjectWriter,
  tip: Oid,
  thread: readonly StoredTurn[],
  index: number,
): Promise<ForkPoint> {
  const [turn, next] = [thread[index], thread[index + 1]];
  let newest: number | undefined;
  for await (const commit of chain(engine, tip)) {
    newest ??= commit.time;
    if (!next) return { commit: commit.oid, time: commit.time };
    if (commit.turn === turn?.id && (await endsHere(engine, commit.oid, thread, index))) return { commit: commit.oid, time: commit.time };
  }
  const time = newest ?? 0;
  const changes = thread.slice(index + 1).map(({ path }): [string, null] => [path, null]);
  const text = plainText(`Ends with turn ${turn?.n}`, time, turn ? [['Convo-Turn', turn.id]] : []);
  return { commit: await writer.commit({ parents: [tip], changes, text }), time };
}

/** Tells whether the tree of a commit holds the thread up to a turn, and nothing behind it. */
async function endsHere(engine: GitEngine, commit: Oid, thread: readonly StoredTurn[], index: number): Promise<boolean> {
  if (await engine.read(`${commit}:${thread[index + 1]?.path}`)) return false;
  const there = await threadOf(engine, commit);
  return there.length === index + 1 && there.every(({ id }, at) => id === thread[at]?.id);
}
