import { dirname, join } from 'node:path';
import { fail } from '../errors.ts';
import type { Entry } from '../store/entry.ts';
import type { Context } from './context.ts';
import { projectsHere } from './project.ts';
import type { Currents, Place } from './revision.ts';

/** What `convo switch` remembers: `<id>` or `<id>/<branch>`. */
interface Switched {
  current?: string;
  before?: string;
}

export interface Chosen extends Currents {
  /** Why `current` is the current one. */
  by: 'switch' | 'folder' | 'newest';
}

const fileOf = (context: Context) => join(context.home, 'state', 'current.json');

/** Returns what `@` and `@-` stand for, from `convo switch`, else this folder's project, else the newest of all. */
export async function currents(context: Context, entries: readonly Entry[]): Promise<Chosen> {
  const saved = await readSwitched(context);
  const current = placeNamed(entries, saved.current);
  if (current) return { by: 'switch', current, ...beforeOf(entries, saved, current) };
  const answered = entries.filter((entry) => entry.answered);
  const pool = answered.length > 0 ? answered : entries;
  const here = await projectsHere(context.host);
  const ofFolder = pool.filter((entry) => here.includes(entry.project));
  const [first, second] = ofFolder.length > 0 ? [...ofFolder, ...pool.filter((entry) => !ofFolder.includes(entry))] : pool;
  return {
    by: ofFolder.length > 0 ? 'folder' : 'newest',
    ...(first && { current: { entry: first } }),
    ...(second && { before: { entry: second } }),
  };
}

function beforeOf(entries: readonly Entry[], saved: Switched, current: Place): Pick<Currents, 'before'> {
  const before = placeNamed(entries, saved.before);
  if (before) return { before };
  const other = entries.find((entry) => entry.answered && entry.id !== current.entry.id);
  return other ? { before: { entry: other } } : {};
}

function placeNamed(entries: readonly Entry[], saved: string | undefined): Place | undefined {
  if (saved === undefined) return undefined;
  const [id, branch] = saved.split('/');
  const entry = entries.find((one) => one.id === id);
  if (!entry) return undefined;
  return branch && entry.branches.some((one) => one.name === branch) ? { entry, branch } : { entry };
}

async function readSwitched(context: Context): Promise<Switched> {
  const path = fileOf(context);
  try {
    const value: unknown = JSON.parse(await context.host.fs.readFile(path, 'utf8'));
    return isSwitched(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) context.warn(`${path} is not readable as JSON and was ignored`);
    else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fail('cannot-read', { path, reason: String(error) }, error);
    return {};
  }
}

function isSwitched(value: unknown): value is Switched {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}

/** Remembers a new current conversation, and the one that was current as the one before. */
export async function saveCurrent(context: Context, place: Place, was: Place | undefined): Promise<void> {
  const name = (one: Place) => (one.branch && one.branch !== one.entry.active ? `${one.entry.id}/${one.branch}` : one.entry.id);
  const state: Switched = { current: name(place), ...(was && { before: name(was) }) };
  const path = fileOf(context);
  const temporary = `${path}.${context.host.pid}`;
  try {
    await context.host.fs.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await context.host.fs.writeFile(temporary, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    await context.host.fs.rename(temporary, path);
  } catch (error) {
    throw fail('cannot-write', { path, reason: String(error) }, error);
  }
}
