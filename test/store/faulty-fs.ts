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

const changing = new Set(['writeFile', 'mkdir', 'rename', 'unlink', 'rm', 'rmdir', 'chmod', 'link', 'utimes']);

type Call = (...args: unknown[]) => Promise<unknown>;

class Crash extends Error {}

/** Returns the disk with a fault at its `at`-th changing operation (from 1); 0 = none, to count them. */
export function faultyFs(fault: Fault, at: number): FaultyFs {
  let count = 0;
  let crashed = false;
  const unsynced = new Set<string>();

  const guard = async <R>(run: () => Promise<R>, half?: () => Promise<unknown>): Promise<R> => {
    if (crashed) throw new Crash('the process is gone');
    count += 1;
    if (count !== at) return run();
    if (fault === 'ENOSPC' || fault === 'EIO' || fault === 'EACCES') {
      await half?.();
      throw Object.assign(new Error(`${fault}: injected`), { code: fault });
    }
    crashed = true;
    if (fault !== 'crash-before') await run();
    throw new Crash('the process is gone');
  };
  const reading = async <R>(run: () => Promise<R>): Promise<R> => {
    if (crashed) throw new Crash('the process is gone');
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
  const openSync: HostFs['openSync'] = (...args) => {
    if (crashed) throw new Crash('the process is gone');
    return disk.openSync(...args);
  };
  return {
    fs: { ...disk, ...wrapped, openSync } as HostFs,
    count: () => count,
    hit: () => count >= at,
    loseUnsynced: async () => {
      for (const path of unsynced) await fs.truncate(path, 0).catch(() => undefined);
    },
  };
}
