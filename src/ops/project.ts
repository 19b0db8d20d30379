import { dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { readFile } from '../store/files.ts';

const remoteUrl = /^\s*\[remote "([^"]+)"\]|^\s*url\s*=\s*(.+?)\s*$/gm;

/** Returns the names under which the project of the working folder can stand in the store: git remotes, then the folders. */
export async function projectsHere(host: Host): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = host.cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    const config = await gitConfig(host, folder);
    if (config !== undefined) return [...remotesOf(config), ...folders];
    if (dirname(folder) === folder || folder === host.home) return [host.cwd];
  }
}

async function gitConfig(host: Host, folder: string): Promise<string | undefined> {
  const git = join(folder, '.git');
  try {
    return readFile(host.fs, join(git, 'config')).toString('utf8');
  } catch {
    // Not a repository, a linked work tree, or not readable: the folder's path still names the project.
  }
  try {
    const common = /^gitdir: (.+?)[/\\]worktrees[/\\]/.exec(readFile(host.fs, git).toString('utf8'))?.[1];
    return common === undefined ? undefined : readFile(host.fs, join(common, 'config')).toString('utf8');
  } catch {
    return undefined;
  }
}

function remotesOf(config: string): string[] {
  const remotes: { name: string; project: string }[] = [];
  let name = '';
  for (const match of config.matchAll(remoteUrl)) {
    if (match[1] !== undefined) name = match[1];
    else if (name !== '' && match[2] !== undefined) remotes.push({ name, project: projectName(match[2]) });
  }
  remotes.sort((a, b) => Number(b.name === 'origin') - Number(a.name === 'origin'));
  return remotes.map((remote) => remote.project);
}

/** Returns a git remote without scheme, credentials, port and `.git`: `github.com/org/app`. */
export function projectName(url: string): string {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(url);
  const rest = scp
    ? `${scp[1]}/${scp[2]}`
    : url
        .replace(/^[a-z+]+:\/\//i, '')
        .replace(/^[^@/]*@/, '')
        .replace(/^([^/:]+):\d+/, '$1');
  return rest
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/{2,}/g, '/');
}
