import { dirname, join, relative, sep } from 'node:path';
import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
import type { Host, HostFs } from '../host.ts';
import {
  cannotWrite,
  createSynced,
  dropUnfinished,
  errno,
  isAbsent,
  makeFolders,
  nonce,
  readIfThere,
  removeIfThere,
  statIfThere,
  syncFolder,
  writeDurably,
} from './files.ts';

/** Files that a command wrote outside of the store: conversations of the tools. */
export interface WroteOutside {
  /** Tells the commands that wrote apart. */
  nonce: string;
  /** The folder below which they stand. */
  root: string;
  files: OutsideFile[];
  /** Folders that were made for them, parents first. */
  folders: string[];
}

export interface OutsideFile {
  /** Absolute. */
  path: string;
  size: number;
  sha256: string;
}

const pendingPath = (state: string) => join(state, 'outside.json');
const temporaryOf = (path: string, of: string) => join(dirname(path), `.convo-${of}.tmp`);
/** Returns by what bytes are known again. */
export const digestOf = (bytes: Uint8Array): string => builtin.crypto.hash('sha256', bytes);

/**
 * Writes new files below a folder, durable and private, the first of them last: until it stands there nobody takes the others for anything.
 * Nothing is written over what is there, and nothing through a link below `trusted`, which leads to the folder. What is being written is noted
 * first, so that what a kill leaves is removed by the next command (`recoverOutside`), unless `settleOutside` says that it is to stay. `of`: the
 * nonce of a command that wrote the same before.
 * Throws `way-blocked`, `cannot-write`; nothing is left then.
 */
export async function writeOutside(
  { fs }: Host,
  state: string,
  { root, trusted }: { root: string; trusted: string },
  files: readonly { path: string; bytes: Uint8Array }[],
  of = nonce(),
): Promise<WroteOutside> {
  const all = files.map(({ path, bytes }) => ({ path: join(root, ...path.split('/')), bytes }));
  await requireNewPlaces(fs, { root, trusted }, files);
  const wrote: WroteOutside = {
    nonce: of,
    root,
    files: all.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: digestOf(bytes) })),
    folders: await missingFolders(
      fs,
      trusted,
      all.map(({ path }) => dirname(path)),
    ),
  };
  await writeDurably(fs, pendingPath(state), JSON.stringify(wrote));
  try {
    for (const file of [...all.slice(1), ...all.slice(0, 1)]) await writeFile(fs, trusted, file, wrote.nonce);
  } catch (error) {
    await removeOutside(fs, wrote);
    await removeIfThere(fs, pendingPath(state));
    throw error;
  }
  return wrote;
}

/** Throws `way-blocked` where `writeOutside` would because of what stands on the way, or in the place of a file. */
export async function requireNewPlaces(
  fs: HostFs,
  { root, trusted }: { root: string; trusted: string },
  files: readonly { path: string }[],
): Promise<void> {
  for (const file of files) {
    const path = join(root, ...file.path.split('/'));
    await requirePlainWay(fs, trusted, path);
    if (await statIfThere(fs, path)) throw fail('way-blocked', { path, what: 'is there already' });
  }
}

async function writeFile(fs: HostFs, trusted: string, { path, bytes }: { path: string; bytes: Uint8Array }, of: string): Promise<void> {
  const folder = dirname(path);
  const temporary = temporaryOf(path, of);
  await makeFolders(fs, folder);
  await requirePlainWay(fs, trusted, path);
  try {
    createSynced(fs, temporary, bytes);
    try {
      linkOrCreate(fs, temporary, path, bytes);
    } finally {
      dropUnfinished(fs, temporary); // the next command removes it where this one is gone
    }
  } catch (error) {
    if (errno(error) === 'EEXIST') throw fail('way-blocked', { path, what: 'is there already' }, error);
    throw cannotWrite(path, error);
  }
  await syncFolder(fs, folder);
  // A folder on the way that became a link in between.
  if ((await realPlace(fs, path)) !== join(await fs.realpath(trusted), relative(trusted, path))) {
    dropUnfinished(fs, path);
    throw fail('way-blocked', { path, what: 'is reached through a link' });
  }
}

/** Where a path leads; undefined where it leads nowhere. */
async function realPlace(fs: HostFs, path: string): Promise<string | undefined> {
  try {
    return await fs.realpath(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotWrite(path, error);
  }
}

/** A link is there whole or not at all, and never over something; file systems without them get the file itself. */
function linkOrCreate(fs: HostFs, temporary: string, path: string, bytes: Uint8Array): void {
  try {
    fs.linkSync(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errno(error) ?? '')) throw error;
    createSynced(fs, path, bytes);
  }
}

/** Every folder between `trusted` and a path is a folder or not there; a link, even to a folder, leads who knows where. */
async function requirePlainWay(fs: HostFs, trusted: string, path: string): Promise<void> {
  for (const folder of waysBetween(trusted, dirname(path))) {
    const stat = await statIfThere(fs, folder);
    if (!stat) return;
    if (stat.isSymbolicLink()) throw fail('way-blocked', { path: folder, what: 'is a link' });
    if (!stat.isDirectory()) throw fail('way-blocked', { path: folder, what: 'is no folder' });
  }
}

function waysBetween(trusted: string, folder: string): string[] {
  const names = relative(trusted, folder).split(sep).filter(Boolean);
  if (names.includes('..')) throw new Error(`${folder} is not below ${trusted}`);
  return names.map((_, index) => join(trusted, ...names.slice(0, index + 1)));
}

async function missingFolders(fs: HostFs, trusted: string, folders: readonly string[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const folder of folders) for (const way of waysBetween(trusted, folder)) if (!(await statIfThere(fs, way))) missing.add(way);
  return [...missing];
}

/** What leads to a tool's folder is the user's own: the home folder, or what a setting of the tool names. */
export const trustedAbove = ({ home }: Pick<Host, 'home'>, root: string): string =>
  root.startsWith(home.endsWith(sep) ? home : home + sep) ? home : dirname(root);

/** Returns the bytes of files that are all still as they were written, one behind the other; undefined where one is not. */
export async function readOutside(fs: HostFs, { files }: WroteOutside): Promise<Uint8Array | undefined> {
  const all: Uint8Array[] = [];
  for (const { path, size, sha256 } of files) {
    const stat = await statIfThere(fs, path);
    const bytes = stat?.isFile() && stat.size === size ? await readIfThere(fs, path) : undefined;
    if (!bytes || digestOf(bytes) !== sha256) return undefined;
    all.push(bytes);
  }
  return Buffer.concat(all);
}

/** What became of files that were to go. */
export interface RemovedOutside {
  removed: string[];
  /** They are not as they were written any more: somebody went on in them. */
  kept: string[];
}

/** Removes files that are still as they were written, and the folders that were made for them, where they are empty. */
export async function removeOutside(fs: HostFs, { nonce: of, files, folders }: WroteOutside): Promise<RemovedOutside> {
  const told: RemovedOutside = { removed: [], kept: [] };
  for (const { path, size, sha256 } of files) {
    await removeIfThere(fs, temporaryOf(path, of));
    const stat = await statIfThere(fs, path);
    if (!stat) continue;
    const bytes = stat.isFile() && stat.size === size ? await readIfThere(fs, path) : undefined;
    if (!bytes || digestOf(bytes) !== sha256) told.kept.push(path);
    else {
      await removeIfThere(fs, path);
      told.removed.push(path);
    }
  }
  for (const folder of folders.toReversed()) {
    try {
      fs.rmdirSync(folder);
    } catch (error) {
      if (!isAbsent(error) && errno(error) !== 'ENOTEMPTY' && errno(error) !== 'EEXIST') throw cannotWrite(folder, error);
    }
  }
  return told;
}

/** Says that what was written stays: the store knows of it now. */
export const settleOutside = ({ fs }: Host, state: string): Promise<void> => removeIfThere(fs, pendingPath(state));

/** Removes what a command wrote that was killed before the store knew of it; `known`: what the newest operation wrote. */
export async function recoverOutside({ fs }: Host, state: string, known: () => Promise<WroteOutside | undefined>): Promise<string[]> {
  const bytes = await readIfThere(fs, pendingPath(state));
  if (!bytes) return [];
  const wrote = pendingOf(bytes);
  const told = wrote && wrote.nonce !== (await known())?.nonce ? await removeOutside(fs, wrote) : undefined;
  await removeIfThere(fs, pendingPath(state));
  const kept = (told?.kept ?? []).map((path) => `${path} was written by a command that was interrupted, and has grown since: it stays`);
  return [...(told?.removed ?? []).map((path) => `removed ${path}, of an interrupted command`), ...kept];
}

/** The note is written whole or not at all; what a person damaged names nothing. */
function pendingOf(bytes: Buffer): WroteOutside | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as WroteOutside;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
