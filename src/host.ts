import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  promises,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';

/** For small files, one after the other: another thread would cost more than the reading or the writing. */
const sync = {
  ...{ openSync, closeSync, readSync, writeSync, fsyncSync, fstatSync, fchmodSync },
  ...{ statSync, lstatSync, readdirSync },
  ...{ mkdirSync, renameSync, linkSync, unlinkSync, rmdirSync, rmSync, chmodSync, utimesSync },
};

/** For much at once. */
const later = ['open', 'readFile', 'writeFile', 'stat', 'lstat', 'readdir', 'mkdir', 'realpath'] as const;

/** What convo uses of node:fs/promises and of node:fs; tests pass one that counts or fails. */
export type HostFs = Pick<typeof promises, (typeof later)[number]> & typeof sync;

const lazily = later.map((name): [string, PropertyDescriptor] => [name, { enumerable: true, get: () => promises[name] }]);

/** The disk itself; a command that reads little never loads node:fs/promises. */
export const disk = Object.defineProperties({ ...sync }, Object.fromEntries(lazily)) as HostFs;

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
  /** Somebody sits at a terminal and can answer what another program asks. */
  readonly interactive?: boolean;
  /** Asks whoever sits at the terminal, and returns the line typed; '' where they end it. Only where `interactive`. */
  ask?(question: string): Promise<string>;
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
    get interactive() {
      const { isatty } = process.getBuiltinModule('node:tty');
      return isatty(0) && isatty(2);
    },
    ask: (question) => askAtTerminal(question, signal),
    signal,
  };
}

async function askAtTerminal(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = process.getBuiltinModule('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}
