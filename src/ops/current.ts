import type { Entry } from '../store/entry.ts';
import { conversationsOf } from '../store/joined.ts';
import type { Context } from './context.ts';
import { projectsHere } from './project.ts';
import type { Currents, Place } from './revision.ts';
import { stateFile } from './state-file.ts';

/** What `convo switch` remembers: `<id>` or `<id>/<branch>`. */
interface Switched {
  current?: string;
  before?: string;
}

export interface Chosen extends Currents {
  /** Why `current` is the current one. */
  by: 'switch' | 'folder' | 'newest';
}

const file = stateFile<Switched>('current.json', isSwitched, 'no conversation counts as chosen');

/** What the current conversation is found by. */
export interface Standing {
  saved: Switched;
  /** Names of the project of the working folder. */
  here: readonly string[];
}

/** Returns where the user stands. */
export async function standing(context: Context): Promise<Standing> {
  const [saved, here] = await Promise.all([file.read(context), projectsHere(context.host)]);
  return { saved: saved ?? {}, here };
}

/** Returns what `@` and `@-` stand for, from `convo switch`, else this folder's project, else the newest of all. */
export async function currents(context: Context, entries: readonly Entry[]): Promise<Chosen> {
  return chosen(entries, await standing(context));
}

/** Returns the same for one who stands there. */
export function chosen(entries: readonly Entry[], { saved, here }: Standing): Chosen {
  const current = placeNamed(entries, saved.current);
  if (current) return { by: 'switch', current, ...beforeOf(entries, saved, current) };
  const answered = entries.filter((entry) => entry.answered);
  const pool = answered.length > 0 ? answered : entries;
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
  const entry = entries.find((one) => conversationsOf(one).some((part) => part === id));
  if (!entry) return undefined;
  const part = entry.joined?.find((one) => one.id === id);
  if (part) return { entry, branch: part.active };
  return branch && entry.branches.some((one) => one.name === branch) ? { entry, branch } : { entry };
}

function isSwitched(value: unknown): value is Switched {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}

/** Remembers a new current conversation, and the one that was current as the one before. */
export async function saveCurrent(context: Context, place: Place, was: Place | undefined): Promise<void> {
  const name = (one: Place) => (one.branch && one.branch !== one.entry.active ? `${one.entry.id}/${one.branch}` : one.entry.id);
  const state: Switched = { current: name(place), ...(was && { before: name(was) }) };
  await file.save(context, state);
}
