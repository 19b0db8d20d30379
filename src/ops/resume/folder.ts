import { isAbsolute, join, resolve } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { readIfThere } from '../../store/files.ts';
import type { Context } from '../context.ts';
import { projectsHere } from '../project.ts';
import type { Target } from '../target.ts';

/** Where a conversation goes on. */
export interface Place {
  /** Absolute, without links: by this the tools find their conversations. */
  cwd: string;
  /** Why this one, where the user did not name it. */
  why?: string;
}

/**
 * Returns the folder of this machine in which a conversation goes on: the one that was named, the recorded one where it is still that
 * project, the folder that the user is in, that of another conversation of the project; else whoever sits at the terminal is asked.
 * Throws `not-a-folder`, `folder-unknown`.
 */
export async function placeOf(context: Context, target: Target, recorded: string | undefined, named: string | undefined): Promise<Place> {
  const { host } = context;
  if (named !== undefined) return { cwd: await requireFolder(host, resolve(host.cwd, named), target) };
  const { project } = target.entry;
  if (recorded !== undefined && (await isStillProject(host, recorded, project))) return found(host, recorded);
  if (await isProject(host, host.cwd, project))
    return { ...(await found(host, host.cwd)), why: `the folder of ${project} that you are in` };
  const other = await folderOfOthers(context, target);
  if (other !== undefined) return { ...(await found(host, other)), why: `where another conversation of ${project} was recorded` };
  if (host.interactive && host.ask) {
    const typed = (await host.ask(`In which folder of this machine does ${target.entry.id} go on? `)).trim();
    if (typed !== '') return { cwd: await requireFolder(host, resolve(host.cwd, typed), target) };
  }
  throw fail('folder-unknown', { conversation: target.entry.id, revision: nameOf(target), folder: recorded ?? '' });
}

const nameOf = ({ entry, name }: Target): string => name || entry.id;

async function requireFolder(host: Host, path: string, target: Target): Promise<string> {
  if (!(await isFolder(host, path))) throw fail('not-a-folder', { path, revision: nameOf(target) });
  return host.fs.realpath(path);
}

const found = async ({ fs }: Host, path: string): Promise<Place> => ({ cwd: await fs.realpath(path) });

async function isFolder({ fs }: Host, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).isDirectory();
  } catch {
    return false; // not there, or nobody may look at it: no folder to work in
  }
}

/** A folder that says of itself that it is another project is not the recorded one any more. */
const isStillProject = async (host: Host, folder: string, project: string): Promise<boolean> =>
  (project === '' || isAbsolute(project)) && isAbsolute(folder) ? isFolder(host, folder) : isProject(host, folder, project);

async function isProject(host: Host, folder: string, project: string): Promise<boolean> {
  if (!isAbsolute(folder) || !(await isFolder(host, folder))) return false;
  return (await projectsHere({ ...host, cwd: folder })).includes(project);
}

async function folderOfOthers(context: Context, { entry }: Target): Promise<string | undefined> {
  if (entry.project === '' || isAbsolute(entry.project)) return undefined;
  const reader = await context.reader();
  for (const other of await reader.entries()) {
    if (other.project !== entry.project || other.id === entry.id) continue;
    const folder = (await reader.recorded(other.id))?.folder;
    if (folder !== undefined && (await isProject(context.host, folder, entry.project))) return folder;
  }
  return undefined;
}

/** Returns the git branch that is checked out in a folder; undefined where there is none. */
export async function gitBranch({ fs }: Host, folder: string): Promise<string | undefined> {
  const head = (await readIfThere(fs, join(folder, '.git', 'HEAD')).catch(() => undefined))?.toString('utf8'); // a linked work tree has a file there
  return /^ref: refs\/heads\/(.+)$/m.exec(head ?? '')?.[1];
}
