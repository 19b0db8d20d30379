import { join } from 'node:path';
import { listIfThere } from '../files.ts';
import { type Git, gitFailed, runTold, type Started, startGit } from './spawn.ts';

const manyPacks = 50;
/** Loose objects in one of the 256 folders that stand for about 2,000 in all (ids are spread evenly). */
const manyInSample = 8;
/** Conversations of one tool with refs in files of their own. */
const manyLooseRefs = 200;

async function run(git: Git, args: readonly string[], started: Started): Promise<void> {
  const process = startGit(git, args);
  process.child.stdout.resume();
  const code = await runTold(process, '', started);
  if (code !== 0) throw gitFailed(args[0] ?? '', process.complaint(), code);
}

async function looseRefFolders(git: Git): Promise<number> {
  const heads = join(git.gitdir, 'refs/heads');
  const tools = await listIfThere(git.host.fs, heads);
  const folders = await Promise.all(tools.map((tool) => listIfThere(git.host.fs, join(heads, tool))));
  return Math.max(0, ...folders.map((names) => names.length));
}

/**
 * Packs refs and objects when there are many of them; `refsMoved` = how many this engine has moved. `repack --geometric` takes
 * in small packs and loose objects whether they are reachable or not, so it never drops what another writer has not published.
 */
export async function maintainSystem(git: Git, refsMoved: number, started: Started): Promise<void> {
  const { fs } = git.host;
  const packs = (await listIfThere(fs, join(git.gitdir, 'objects/pack'))).filter((name) => name.endsWith('.pack')).length;
  const sample = (await listIfThere(fs, join(git.gitdir, 'objects/17'))).length;
  if (packs > manyPacks || sample > manyInSample) {
    await run(git, ['repack', '-d', '-q', '--geometric=2', '--no-write-bitmap-index'], started);
  }
  if (refsMoved > manyLooseRefs || (await looseRefFolders(git)) > manyLooseRefs) await run(git, ['pack-refs', '--all'], started);
}
