import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/commands/run.ts';
import { disk, type Host } from '../../src/host.ts';
import type { Backend } from '../../src/ops/context.ts';

// Times are shown in local time: the same everywhere.
process.env.TZ = 'UTC';

/** 12 February 2026, 12:00 UTC: the present of tests. */
export const now = Date.UTC(2026, 1, 12, 12);

export interface Ran {
  exit: number;
  out: string;
  err: string;
}

export interface RunOptions {
  backend?: Backend;
  home?: string;
  env?: Record<string, string>;
  cwd?: string;
  columns?: number;
  rows?: number;
  /** stdout and stderr are terminals. */
  terminal?: boolean;
}

/** Returns a host of which nothing is the machine's but the disk. */
export function fakeHost(options: RunOptions = {}): Host {
  const home = options.home ?? '/home/ada';
  return {
    home,
    env: { CONVO_HOME: join(home, 'store'), ...options.env },
    cwd: options.cwd ?? home,
    platform: 'linux',
    pid: process.pid,
    fs: disk,
    now: () => now,
    signal: new AbortController().signal,
  };
}

const none: Backend = {
  reader: () => Promise.reject(new Error('this test has no store')),
  writing: () => Promise.reject(new Error('this test has no store')),
  close: async () => {},
};

/** Runs one command line in this process, with a fake host and streams that collect. */
export async function runConvo(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const chunks = { out: [] as Uint8Array[], err: [] as Uint8Array[] };
  const output = (to: Uint8Array[]) => ({
    isTTY: options.terminal === true,
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    ...(options.rows === undefined ? {} : { rows: options.rows }),
    write(chunk: string | Uint8Array) {
      to.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    },
  });
  const exit = await run(argv, {
    host: fakeHost(options),
    terminal: { out: output(chunks.out), err: output(chunks.err) },
    backend: async () => options.backend ?? none,
  });
  return { exit, out: Buffer.concat(chunks.out).toString('utf8'), err: Buffer.concat(chunks.err).toString('utf8') };
}

/** Runs the body with a home folder that is removed afterwards. */
export async function withHome<Value>(body: (home: string) => Promise<Value>): Promise<Value> {
  const home = await mkdtemp(join(tmpdir(), 'convo-test-'));
  try {
    return await body(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
