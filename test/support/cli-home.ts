import assert from 'node:assert/strict';
import { run } from '../../src/commands/run.ts';
import type { Host } from '../../src/host.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import type { ImportHome } from './import-home.ts';
import type { Ran } from './run.ts';

export interface CliOptions {
  engine?: 'system' | 'isomorphic';
  host?: Partial<Host>;
  store?: string;
}

/** Runs one command line over a real store beside a home folder, with its own engine processes, as a process of convo would. */
export async function cli(home: ImportHome, argv: readonly string[], options: CliOptions = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const output = (to: string[]) => ({
    isTTY: false,
    write(chunk: string | Uint8Array) {
      to.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    },
  });
  const env = { PATH: process.env.PATH, CONVO_HOME: home.store(options.store) };
  const exit = await run([...argv, '--engine', options.engine ?? 'system'], {
    host: { ...home.host(), env, ...options.host },
    terminal: { out: output(out), err: output(err) },
    backend: async () => storeBackend(),
  });
  return { exit, out: out.join(''), err: err.join('') };
}

/** Runs a command that must succeed and returns the data of its JSON document. */
export async function cliData<Data>(home: ImportHome, argv: readonly string[], options: CliOptions = {}): Promise<Data> {
  const ran = await cli(home, [...argv, '--json'], options);
  assert.equal(ran.exit, 0, `convo ${argv.join(' ')}: ${ran.err}`);
  return (JSON.parse(ran.out) as { data: Data }).data;
}

/** Runs a command that must fail; returns its error document. */
export async function cliError(
  home: ImportHome,
  argv: readonly string[],
  options: CliOptions = {},
): Promise<{ code: string; message: string; hint?: string; exit: number }> {
  const ran = await cli(home, [...argv, '--json'], options);
  assert.notEqual(ran.exit, 0, `convo ${argv.join(' ')} did not fail`);
  return JSON.parse(ran.err);
}
