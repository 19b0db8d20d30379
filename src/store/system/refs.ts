import { dirname, join } from 'node:path';
import { fail } from '../../errors.ts';
import { syncFolderIfThere } from '../files.ts';
import type { Oid, Ref, RefMove } from '../git.ts';
import { assertMoves, assertPrefix } from '../names.ts';
import { type Git, gitFailed, type Output, runGit, runTold, type Started, startGit } from './spawn.ts';

const zero = '0'.repeat(40);

/** Returns the refs below a prefix, or the one of that name, sorted by name, as git lists them; throws when it cannot read one of them. */
export async function refsFromGit(git: Git, prefix: string): Promise<Ref[]> {
  assertPrefix(prefix);
  const { code, stdout, complaint } = await runGit(git, ['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
  if (code !== 0 || complaint !== '') throw gitFailed('for-each-ref', complaint, code);
  const lines = stdout.toString('utf8').split('\n').filter(Boolean);
  const refs = lines.map((line) => ({ oid: line.slice(0, 40) as Oid, name: line.slice(41) }));
  return prefix.endsWith('/') ? refs : refs.filter((ref) => ref.name === prefix);
}

/** Returns the refs' folders up to `refs`, each once: what to sync so that new names last. */
function foldersOf(moves: readonly RefMove[]): string[] {
  const folders = new Set<string>(['.']);
  for (const { ref } of moves) {
    for (let folder = dirname(ref); folder !== '.' && !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return [...folders];
}

/** Moves all refs or none by `update-ref --stdin`; `started` is told of the process before it takes a lock. */
export async function updateRefs(git: Git, moves: readonly RefMove[], started: Started): Promise<void> {
  assertMoves(moves);
  if (moves.length === 0) return;
  const process = startGit(git, ['update-ref', '--no-deref', '--stdin']);
  const pieces: Buffer[] = [];
  process.child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  const lines = moves.map(({ ref, from, to }) => `update ${ref} ${to ?? zero} ${from ?? zero}\n`);
  const code = await runTold(process, `start\n${lines.join('')}prepare\ncommit\n`, started);
  const stdout = Buffer.concat(pieces);
  if (code !== 0 || !stdout.toString('latin1').includes('commit: ok')) throw moveError({ code, stdout, complaint: process.complaint() });
  for (const folder of foldersOf(moves)) await syncFolderIfThere(git.host.fs, join(git.gitdir, folder));
}

const moved = /but expected|reference already exists|unable to resolve reference/;

function moveError({ code, complaint }: Output): Error {
  const [, ref, reason] = /cannot lock ref '([^']+)': ([\s\S]*)/.exec(complaint) ?? [];
  if (ref && reason && moved.test(reason)) return fail('ref-moved', { ref });
  return gitFailed('update-ref', complaint, code);
}

/** Returns the path of the lock that stopped a move, undefined when it failed for another reason. */
export function lockInTheWay(error: unknown): string | undefined {
  const text = error instanceof Error ? error.message : '';
  return /Unable to create '([^']+\.lock)': File exists/.exec(text)?.[1];
}
