import { resolve } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import type { GitEngine } from './git.ts';
import { systemEngine } from './system/engine.ts';
import { findGit } from './system/spawn.ts';

export type EngineChoice = 'system' | 'isomorphic' | 'auto';

/**
 * Returns the engine over a bare repository, which need not exist yet: `auto` takes the git of this machine, and the embedded
 * one without it. `state` = the folder of what is derived, where there is one. Throws `no-git` when `system` was chosen and there is none.
 */
export async function openEngine(host: Host, gitdir: string, choice: EngineChoice, state?: string): Promise<GitEngine> {
  const path = choice === 'isomorphic' ? undefined : await findGit(host);
  if (path) return systemEngine({ host, path, gitdir: resolve(host.cwd, gitdir), ...(state === undefined ? {} : { state }) });
  if (choice === 'system') throw fail('no-git');
  const { isomorphicEngine } = await import('./isomorphic/engine.ts');
  return isomorphicEngine(host, resolve(host.cwd, gitdir));
}
