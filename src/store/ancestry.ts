import type { GitEngine, Oid } from './git.ts';
import { decodeCommit } from './objects.ts';

/** Yields every commit that these reach, themselves included, each once; those as far from them together. */
export async function* reached(engine: GitEngine, from: readonly Oid[]): AsyncGenerator<Oid> {
  const seen = new Set(from);
  for (let level = [...seen]; level.length > 0; ) {
    yield* level;
    const next = new Set<Oid>();
    for await (const object of engine.readMany(level)) {
      if (object?.type !== 'commit') continue;
      for (const parent of decodeCommit(object.content, object.oid).parents) if (!seen.has(parent)) next.add(parent);
    }
    for (const oid of next) seen.add(oid);
    level = [...next];
  }
}

/** Tells whether a commit is one of others, or an ancestor of one of them. */
export async function isReachable(engine: GitEngine, commit: Oid, from: readonly Oid[]): Promise<boolean> {
  for await (const oid of reached(engine, from)) if (oid === commit) return true;
  return false;
}
