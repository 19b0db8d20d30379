import { dirname, join } from 'node:path';
import type { Host } from '../../host.ts';
import { printPage } from '../../model/page/print.ts';
import type { Turn } from '../../model/turn.ts';
import {
  cannotWrite,
  errno,
  listIfThere,
  nonce,
  privateFile,
  privateFolder,
  readIfThere,
  removeIfThere,
  removeTree,
  statIfThere,
} from '../../store/files.ts';
import { turnPath } from '../../store/layout.ts';
import { isDead, ownerOf, parseOwner } from '../../store/owner.ts';
import { inParallel } from '../../store/parallel.ts';
import type { Context } from '../context.ts';

/** A folder in which threads are laid out one after the other, as a clone of the store has them; only what differs is written. */
export interface ThreadFolder {
  readonly path: string;
  /** Makes the folder hold this thread and nothing else, whatever was done to it since; returns the pages. Throws `cannot-write`. */
  layOut(thread: readonly Turn[]): Promise<string[]>;
  remove(): Promise<void>;
}

const prefix = 'thread-';
const minute = 60_000;
const atOnce = 16;

/** Returns a new folder in the store, not among the system's temporary files: what a kill leaves there is as private as the store. */
export async function threadFolder({ host, home }: Context): Promise<ThreadFolder> {
  const { fs } = host;
  const folder = join(home, 'state', `${prefix}${nonce()}`);
  const laid: Laid = { host, path: join(folder, 'thread'), stamps: new Map() };
  const pages = new WeakMap<Turn, Printed>();
  const printed = (turn: Turn): Printed => {
    const known = pages.get(turn) ?? printedOf(turn);
    pages.set(turn, known);
    return known;
  };
  try {
    await fs.mkdir(laid.path, { recursive: true, mode: privateFolder }); // not for long: nothing is synced
    await fs.writeFile(join(folder, 'owner'), JSON.stringify(ownerOf(host, host.pid)), { mode: privateFile });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  return {
    path: laid.path,
    layOut: async (thread) => {
      try {
        await fill(laid, new Map(thread.flatMap((turn) => printed(turn).files)));
      } catch (error) {
        throw errno(error) === undefined ? error : cannotWrite(folder, error);
      }
      return thread.map((turn) => printed(turn).page);
    },
    remove: () => removeTree(fs, folder),
  };
}

/** Removes the folders of commands whose convo was killed. */
export async function clearAfterTheDead({ host, home }: Context): Promise<void> {
  const state = join(home, 'state');
  for (const name of (await listIfThere(host.fs, state)).filter((one) => one.startsWith(prefix))) {
    const owner = parseOwner((await readIfThere(host.fs, join(state, name, 'owner')))?.toString('utf8') ?? '');
    const made = (await statIfThere(host.fs, join(state, name)))?.mtimeMs ?? 0;
    if (owner ? isDead(host, owner) : made < host.now() - minute) await removeTree(host.fs, join(state, name));
  }
}

/** Files below a folder by their paths, and what makes the bytes of each. */
type Files = Map<string, () => string | Uint8Array>;

interface Printed {
  page: string;
  files: [path: string, bytes: () => string | Uint8Array][];
}

/** Attachments may be large and are printed again when they are written. */
function printedOf(turn: Turn): Printed {
  const { page, attachments } = printPage(turn);
  const bytesOf = (name: string) => printPage(turn).attachments.find((one) => one.name === name)?.bytes ?? new Uint8Array();
  const files: Printed['files'] = attachments.map(({ name }) => [join('attachments', name), () => bytesOf(name)]);
  return { page, files: [[turnPath(turn.n, turn.role, turn.id), () => page], ...files] };
}

interface Laid {
  host: Host;
  path: string;
  /** What tells a file as it was written here from what a command made of it. */
  stamps: Map<string, string>;
}

async function fill(laid: Laid, files: Files): Promise<void> {
  const { host, path, stamps } = laid;
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  const kept = new Set<string>();
  await host.fs.mkdir(path, { recursive: true, mode: privateFolder });
  await sweep(laid, '', { files, folders, kept });
  for (const name of folders) await host.fs.mkdir(join(path, name), { recursive: true, mode: privateFolder });
  const missing = [...files].filter(([file]) => !kept.has(file));
  await inParallel(missing, atOnce, async ([file, bytes]) => {
    await host.fs.writeFile(join(path, file), bytes(), { mode: privateFile, flag: 'wx' });
    stamps.set(file, stampOf(laid, file));
  });
}

const foldersOf = (file: string): string[] => (dirname(file) === '.' ? [] : [...foldersOf(dirname(file)), dirname(file)]);

/** Takes away what does not belong to the thread, and what is not as it was written; notes what stays. */
async function sweep(laid: Laid, below: string, wanted: { files: Files; folders: Set<string>; kept: Set<string> }): Promise<void> {
  const { fs } = laid.host;
  for (const entry of fs.readdirSync(join(laid.path, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    if (entry.isDirectory() && wanted.folders.has(name)) await sweep(laid, name, wanted);
    else if (entry.isFile() && wanted.files.has(name) && laid.stamps.get(name) === stampOf(laid, name)) wanted.kept.add(name);
    else if (entry.isDirectory()) await removeTree(fs, join(laid.path, name));
    else await removeIfThere(fs, join(laid.path, name));
  }
}

/** The time of the last change of any kind cannot be set back. */
function stampOf({ host, path }: Laid, file: string): string {
  const { ino, size, ctimeMs } = host.fs.statSync(join(path, file));
  return [ino, size, ctimeMs].join(' ');
}
