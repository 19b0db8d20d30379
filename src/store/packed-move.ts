import { dirname } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import type { GitObject, Oid, RefMove } from './git.ts';
import { refNames } from './list-refs.ts';
import { assertMoves } from './names.ts';
import { packedHeader, packedLines, writePacked } from './packed-refs.ts';
import { refLocks } from './ref-locks.ts';

/** From this many new refs on, one rewrite of packed-refs is cheaper than a file and two syncs for each. */
const enough = 64;

/** What an engine does alike for every ref. */
export interface MoveRefs {
  move(moves: readonly RefMove[]): Promise<void>;
  /** The objects in their order; undefined for one that is not there. */
  readMany(oids: Iterable<Oid>): AsyncIterable<GitObject | undefined>;
}

/**
 * Moves all refs or none: many new ones by one rewrite of packed-refs, the others as the engine does. A kill between the two
 * leaves a part moved, which the operation log finishes. `folder` is the claim's.
 */
export async function moveMany(host: Host, gitdir: string, folder: string, moves: readonly RefMove[], engine: MoveRefs): Promise<void> {
  const created = moves.filter(({ from, to }) => from === null && to !== null);
  if (created.length < enough) return engine.move(moves);
  assertMoves(moves);
  await assertCommits(created, engine);
  const others = moves.filter(({ from, to }) => from !== null || to === null);
  await engine.move(others);
  try {
    if (!(await createPacked(host, gitdir, folder, created))) await engine.move(created);
  } catch (error) {
    await engine.move(others.map(({ ref, from, to }) => ({ ref, from: to, to: from })));
    throw error;
  }
}

async function assertCommits(moves: readonly RefMove[], engine: MoveRefs): Promise<void> {
  let index = 0;
  for await (const object of engine.readMany(moves.map(({ to }) => to as Oid))) {
    const { ref, to } = moves[index++] ?? {};
    if (object?.type !== 'commit') throw fail('bad-object', { oid: to ?? '', reason: `${ref} cannot point to it: it is no commit here` });
  }
}

/**
 * Creates refs by one rewrite of packed-refs under git's own lock for it (gitrepository-layout(5)). Returns false when packed-refs was written by a git too old to add to it. Throws `ref-moved` when one exists.
 */
async function createPacked(host: Host, gitdir: string, folder: string, moves: readonly RefMove[]): Promise<boolean> {
  const locks = await refLocks(host, gitdir, folder);
  try {
    await locks.take('packed-refs');
    const lines = packedLines(host, gitdir);
    if (lines[0] !== undefined && !lines[0].includes('fully-peeled')) return false;
    await assertNew(host, gitdir, moves);
    await replacePacked(host, gitdir, folder, lines, moves);
    return true;
  } finally {
    await locks.releaseAll();
  }
}

async function assertNew(host: Host, gitdir: string, moves: readonly RefMove[]): Promise<void> {
  const there = new Set(await refNames(host, gitdir, 'refs/'));
  if (there.size === 0) return;
  for (const { ref } of moves)
    for (let name = ref; name.includes('/'); name = dirname(name)) if (there.has(name)) throw fail('ref-moved', { ref: name });
}

async function replacePacked(
  host: Host,
  gitdir: string,
  folder: string,
  packed: readonly string[],
  moves: readonly RefMove[],
): Promise<void> {
  const entries: [name: string, lines: string][] = moves.map(({ ref, to }) => [ref, `${to as Oid} ${ref}\n`]);
  for (const line of packed) {
    const last = entries.at(-1);
    if (line.startsWith('^') && last) last[1] += `${line}\n`;
    else if (!line.startsWith('#')) entries.push([line.slice(41), `${line}\n`]);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  await writePacked(host, gitdir, folder, `${packedHeader}${entries.map(([, lines]) => lines).join('')}`);
}
