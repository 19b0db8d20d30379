import type { FileHandle } from 'node:fs/promises';
import * as fs from 'node:fs/promises';
import { disk, type HostFs } from '../../src/host.ts';

/** What happens at the chosen operation: it fails with an errno and things go on, or the process is gone from there on. */
export type Fault = 'ENOSPC' | 'EIO' | 'EACCES' | 'crash-before' | 'crash-after' | 'power-loss';

export interface FaultyFs {
  fs: HostFs;
  /** Operations that change something, so far. */
  count(): number;
  hit(): boolean;
  /** What a power cut does to what was never synced: files are there, and empty. */
  loseUnsynced(): Promise<void>;
}

/** What is done here and now, in the order in which the store does it, counts as what is done on another thread does. */
const changingNow = ['mkdirSync', 'renameSync', 'unlinkSync', 'rmSync', 'rmdirSync', 'chmodSync', 'linkSync', 'utimesSync'] as const;
const readingNow = ['readSync', 'fstatSync', 'statSync', 'lstatSync', 'readdirSync'] as const;
const changing = new Set(['writeFile', 'mkdir']);

type Call = (...args: unknown[]) => Promise<unknown>;
type CallNow = (...args: unknown[]) => unknown;

class Crash extends Error {}

/** Returns the disk with a fault at its `at`-th changing operation (from 1); 0 = none, to count them. */
export function faultyFs(fault: Fault, at: number): FaultyFs {
  let count = 0;
  let crashed = false;
  const unsynced = new Set<string>();

  const alive = () => {
    if (crashed) throw new Crash('the process is gone');
  };
  /** Returns whether it is the turn of the fault. */
  const isTurn = () => {
    alive();
    count += 1;
    return count === at;
  };
  const isFailure = fault === 'ENOSPC' || fault === 'EIO' || fault === 'EACCES';
  const failure = () => Object.assign(new Error(`${fault}: injected`), { code: fault });
  const guard = async <R>(run: () => Promise<R>, half?: () => Promise<unknown>): Promise<R> => {
    if (!isTurn()) return run();
    if (isFailure) {
      await half?.();
      throw failure();
    }
    crashed = true;
    if (fault !== 'crash-before') await run();
    throw new Crash('the process is gone');
  };
  const guardNow = <R>(run: () => R, half?: () => unknown): R => {
    if (!isTurn()) return run();
    if (isFailure) {
      half?.();
      throw failure();
    }
    crashed = true;
    if (fault !== 'crash-before') run();
    throw new Crash('the process is gone');
  };
  const reading = async <R>(run: () => Promise<R>): Promise<R> => {
    alive();
    return run();
  };
  const open: HostFs['open'] = async (path, flags, mode) => {
    if (flags === 'r' || flags === undefined) return wrap(await reading(() => fs.open(path, flags, mode)), `${path}`);
    const opened: FileHandle[] = [];
    try {
      await guard(async () => opened.push(await fs.open(path, flags, mode)));
    } catch (error) {
      await opened[0]?.close(); // what the kernel does for a process that is gone
      throw error;
    }
    unsynced.add(`${path}`);
    const [handle] = opened;
    if (!handle) throw new Error('no file was opened');
    return wrap(handle, `${path}`);
  };
  const wrap = (handle: FileHandle, path: string): FileHandle => {
    const methods = {
      fd: handle.fd,
      close: () => handle.close(),
      stat: (() => reading(() => handle.stat())) as FileHandle['stat'],
      readFile: (() => reading(() => handle.readFile())) as FileHandle['readFile'],
      read: ((buffer: Buffer, at: number, length: number, position: number) =>
        reading(() => handle.read(buffer, at, length, position))) as FileHandle['read'],
      chmod: (mode: number) => guard(() => handle.chmod(mode)),
      writeFile: (data: Uint8Array | string) =>
        guard(
          () => handle.writeFile(data),
          () => handle.writeFile(Buffer.from(data).subarray(0, data.length / 2)),
        ),
      write: ((bytes: Uint8Array, from: number, length: number, position: number) =>
        guard(
          () => handle.write(bytes, from, length, position),
          () => handle.write(bytes, from, Math.floor(length / 2), position),
        )) as FileHandle['write'],
      sync: () =>
        guard(async () => {
          await handle.sync();
          unsynced.delete(path);
        }),
    };
    return methods as Partial<FileHandle> as FileHandle; // what else src may call fails loudly
  };
  const change = (name: string, run: Call): Call => {
    return (...args) =>
      guard(async () => {
        const result = await run(...args);
        const [first, second] = args.map(String);
        if (name === 'writeFile' && first) unsynced.add(first);
        if (name === 'rename' && first && second && unsynced.delete(first)) unsynced.add(second);
        return result;
      });
  };
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fs)) {
    if (typeof value !== 'function') continue;
    const run = value as Call;
    wrapped[name] = changing.has(name) ? change(name, run) : (...args: unknown[]) => reading(() => run(...args));
  }
  wrapped.open = open;
  for (const name of readingNow)
    wrapped[name] = (...args: unknown[]) => {
      alive();
      return (disk[name] as CallNow)(...args);
    };
  for (const name of changingNow)
    wrapped[name] = (...args: unknown[]) =>
      guardNow(() => {
        const result = (disk[name] as CallNow)(...args);
        const [first, second] = args.map(String);
        if (name === 'renameSync' && first && second && unsynced.delete(first)) unsynced.add(second);
        return result;
      });
  return {
    fs: { ...disk, ...wrapped, ...filesNow(alive, guardNow, unsynced) } as HostFs,
    count: () => count,
    hit: () => count >= at,
    loseUnsynced: async () => {
      for (const path of unsynced) await fs.truncate(path, 0).catch(() => undefined);
    },
  };
}

type GuardNow = <R>(run: () => R, half?: () => unknown) => R;

/** Files that are opened, written and synced here and now. */
function filesNow(alive: () => void, guard: GuardNow, unsynced: Set<string>): Partial<HostFs> {
  const paths = new Map<number, string>();
  const { openSync, closeSync, writeSync, fsyncSync, fchmodSync } = disk;
  return {
    openSync(path, flags, mode) {
      alive();
      if (flags === 'r') return remember(openSync(path, flags, mode), `${path}`);
      const opened: number[] = [];
      try {
        guard(() => opened.push(openSync(path, flags, mode)));
      } catch (error) {
        if (opened[0] !== undefined) closeSync(opened[0]); // what the kernel does for a process that is gone
        throw error;
      }
      unsynced.add(`${path}`);
      return remember(opened[0] ?? -1, `${path}`);
    },
    closeSync,
    writeSync: ((file: number, bytes: Uint8Array, from: number, length: number, position: number) =>
      guard(
        () => writeSync(file, bytes, from, length, position),
        () => writeSync(file, bytes, from, Math.floor(length / 2), position),
      )) as typeof writeSync,
    fchmodSync: (file, mode) => guard(() => fchmodSync(file, mode)),
    fsyncSync: (file) =>
      guard(() => {
        fsyncSync(file);
        unsynced.delete(paths.get(file) ?? '');
      }),
  };

  function remember(file: number, path: string): number {
    paths.set(file, path);
    return file;
  }
}
