import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { builtin } from '../builtin.ts';

/** Whose folders and files are trusted. */
export interface User {
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  home: string;
  /** Effective user id; undefined on Windows, where the folder below the profile is the user's alone. */
  uid: number | undefined;
  pid: number;
}

const checksumSize = 4;
/** Files of one folder: a few for each command and version. */
const most = 64;

/** Returns the folder for what may be lost at any time: $XDG_CACHE_HOME, else the platform's. */
export function cacheFolder({ env, platform, home }: User): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'convo');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'convo');
  if (platform === 'win32') return join(local ?? join(home, 'AppData', 'Local'), 'convo', 'Cache');
  return join(home, '.cache', 'convo');
}

/**
 * Returns the bytecode in a file. Bytecode is run as it is, so it is undefined unless the file is whole and nobody but its user
 * can have written it.
 */
export function readBytecode(path: string, { uid }: User): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return undefined; // Mostly not there yet; whatever it is, the source is there to be compiled.
  }
  try {
    if (!isOwn(fstatSync(file), uid, 0o077)) return undefined;
    const bytes = readFileSync(file);
    const end = bytes.length - checksumSize;
    return end > 0 && builtin.zlib.crc32(bytes.subarray(0, end)) === bytes.readUInt32BE(end) ? bytes.subarray(0, end) : undefined;
  } catch {
    return undefined; // The same.
  } finally {
    closeSync(file);
  }
}

/** Writes bytecode whole, readable for its user alone; where that cannot be, nothing is made or written. */
export function writeBytecode(path: string, make: () => Uint8Array, { uid, pid }: User): void {
  const folder = dirname(path);
  const temporary = `${path}.${pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    if (!stat.isDirectory() || !isOwn(stat, uid, 0o022)) return;
    const file = openSync(temporary, 'wx', 0o600);
    try {
      const bytes = make();
      const checksum = Buffer.alloc(checksumSize);
      checksum.writeUInt32BE(builtin.zlib.crc32(bytes));
      writeFileSync(file, Buffer.concat([bytes, checksum]));
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    removeOldest(folder);
  } catch {
    // The next start is slower, and nothing else: no disk, no rights, or another process is at it.
  }
}

function isOwn({ uid: owner, mode }: Stats, uid: number | undefined, others: number): boolean {
  return uid === undefined || (owner === uid && (mode & others) === 0);
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }));
  files.sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(most)) unlinkSync(path);
}
