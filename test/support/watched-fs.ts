import * as fs from 'node:fs/promises';
import { disk, type HostFs } from '../../src/host.ts';

/** What was done to files through a file system. */
export interface Watched {
  fs: HostFs;
  opened: { path: string; flags: string }[];
  /** Ranges that were read, as [path, offset, length]. */
  reads: [path: string, offset: number, length: number][];
  /** Paths that were written, made, renamed, removed or changed in any other way. */
  changed: string[];
  /** What was made durable here and now. */
  synced: string[];
}

/** Returns the disk with a record of what is done to it. */
export function watchedFs(): Watched {
  const watched: Watched = { fs: disk, opened: [], reads: [], changed: [], synced: [] };
  const now = ['mkdirSync', 'renameSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'chmodSync', 'linkSync', 'utimesSync'] as const;
  const changing = ['writeFile', 'mkdir', ...now] as const;
  const open = async (path: string, flags: string = 'r', ...rest: unknown[]) => {
    watched.opened.push({ path, flags });
    if (flags !== 'r') watched.changed.push(path);
    const handle = await (fs.open as (...args: unknown[]) => ReturnType<HostFs['open']>)(path, flags, ...rest);
    return watchedHandle(handle, path, watched);
  };
  const readFile = async (path: string, ...rest: unknown[]) => {
    if (typeof path !== 'string') throw new TypeError('no path'); // isomorphic-git asks so whether it is given promises
    watched.opened.push({ path, flags: 'r' });
    const bytes = await (fs.readFile as (...args: unknown[]) => Promise<Buffer>)(path, ...rest);
    watched.reads.push([path, 0, bytes.length]);
    return bytes;
  };
  const others = Object.fromEntries(
    changing.map((name) => [
      name,
      (path: string, ...rest: unknown[]) => {
        watched.changed.push(path, ...(typeof rest[0] === 'string' && (name === 'renameSync' || name === 'linkSync') ? [rest[0]] : []));
        return (disk[name] as (...args: unknown[]) => unknown)(path, ...rest);
      },
    ]),
  );
  watched.fs = { ...disk, ...others, ...watchedSync(watched), open, readFile } as unknown as HostFs;
  return watched;
}

function watchedSync(watched: Watched) {
  const paths = new Map<number, string>();
  const openSync = (path: string, flags: string, mode?: number) => {
    watched.opened.push({ path, flags });
    if (flags !== 'r') watched.changed.push(path);
    const file = disk.openSync(path, flags, mode);
    paths.set(file, path);
    return file;
  };
  const readSync = (file: number, buffer: Buffer, at: number, length: number, position: number) => {
    watched.reads.push([paths.get(file) ?? '', position, length]);
    return disk.readSync(file, buffer, at, length, position);
  };
  const fsyncSync = (file: number) => {
    watched.synced.push(paths.get(file) ?? '');
    return disk.fsyncSync(file);
  };
  return { openSync, readSync, fsyncSync };
}

function watchedHandle<Handle extends Awaited<ReturnType<HostFs['open']>>>(handle: Handle, path: string, watched: Watched): Handle {
  return new Proxy(handle, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key === 'read')
        return (buffer: Buffer, at: number, length: number, position: number) => {
          watched.reads.push([path, position, length]);
          return target.read(buffer, at, length, position);
        };
      if (key === 'readFile')
        return async () => {
          const bytes = await target.readFile();
          watched.reads.push([path, 0, bytes.length]);
          return bytes;
        };
      return value.bind(target);
    },
  });
}
