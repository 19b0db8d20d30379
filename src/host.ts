import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';

const sync = { openSync, fstatSync, readSync, closeSync };

/** What convo uses of node:fs/promises, and of node:fs to read many small files; tests pass one that counts or fails. */
export type HostFs = Pick<
  typeof fs,
  | 'open'
  | 'readFile'
  | 'writeFile'
  | 'stat'
  | 'lstat'
  | 'readdir'
  | 'mkdir'
  | 'rename'
  | 'unlink'
  | 'rm'
  | 'rmdir'
  | 'chmod'
  | 'link'
  | 'utimes'
  | 'realpath'
> &
  typeof sync;

/** The disk itself. */
export const disk: HostFs = { ...fs, ...sync };

/** All ambient state: nothing else in src reads the environment, the clock or the disk. */
export interface Host {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: string;
  readonly pid: number;
  readonly fs: HostFs;
  /** Milliseconds since 1970. */
  now(): number;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Told of every process that is started, with its arguments; for tests that count them. */
  onSpawn?(program: string, args: readonly string[]): void;
}

/** Returns the host of this process; `signal` is aborted by the caller's controller. */
export function realHost(signal: AbortSignal): Host {
  return {
    home: homedir(),
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    pid: process.pid,
    fs: disk,
    now: () => Date.now(),
    signal,
  };
}
