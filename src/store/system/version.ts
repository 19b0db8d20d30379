import { join } from 'node:path';
import { writeDerived } from '../derived.ts';
import { cannotRead, readIfThere } from '../files.ts';
import { type Git, gitFailed, runGit } from './spawn.ts';

const minimum = [2, 39] as const;

/** Throws `git-failed` when git is older than 2.39, the oldest whose behaviour here is tested. It is asked once for each program. */
export async function requireVersion(git: Git): Promise<void> {
  const { host, state } = git;
  const file = state && join(state, 'git');
  const stamp = stampOf(git);
  if (file && (await readIfThere(host.fs, file))?.toString('utf8') === stamp) return;
  const { code, stdout, complaint } = await runGit({ ...git, gitdir: host.cwd }, ['version']);
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(stdout.toString('latin1')) ?? [];
  if (code !== 0 || !major || !minor) throw gitFailed('version', complaint, code);
  const old = Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1]);
  if (old) throw gitFailed('version', `git ${major}.${minor} is older than ${minimum.join('.')}; use --engine isomorphic`);
  if (file) await writeDerived(host, file, stamp);
}

/** What tells this program from another one, or from what an upgrade puts in its place. */
function stampOf({ host, path }: Git): string {
  try {
    const { size, mtimeMs, ctimeMs, ino, dev } = host.fs.statSync(path);
    return `${[path, dev, ino, size, mtimeMs, ctimeMs, ...minimum].join('\n')}\n`;
  } catch (error) {
    throw cannotRead(path, error);
  }
}
