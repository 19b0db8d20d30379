import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../../src/commands/run.ts';
import { disk } from '../../src/host.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import type { RemoteWire } from '../../src/ui/json/remote.ts';
import { temporaryFolder, testHost } from '../store/sandbox.ts';

export interface Machine {
  home: string;
  host: ReturnType<typeof testHost>;
  convo(...argv: string[]): Promise<{ exit: number; out: string; err: string }>;
  data(...argv: string[]): Promise<RemoteWire>;
  fault(...argv: string[]): Promise<{ code: string; message: string; hint: string }>;
}

/** Returns a machine with an empty home folder, and a store that its commands share; `changes` to its environment. */
export function machine(t: TestContext, changes: Record<string, string> = {}): Machine {
  const home = temporaryFolder(t);
  const env = { PATH: process.env.PATH, HOME: home, CONVO_HOME: join(home, 'store'), GIT_CONFIG_NOSYSTEM: '1', ...changes };
  const host = testHost({ home, cwd: home, env, fs: disk });
  const convo: Machine['convo'] = async (...argv) => {
    const told = { out: '', err: '' };
    const output = (to: 'out' | 'err') => ({
      isTTY: false,
      write: (chunk: string | Uint8Array) => {
        told[to] += Buffer.from(chunk).toString('utf8');
      },
    });
    const exit = await run(argv, { host, terminal: { out: output('out'), err: output('err') }, backend: async () => storeBackend() });
    return { exit, ...told };
  };
  return {
    home,
    host,
    convo,
    async data(...argv) {
      const ran = await convo('remote', ...argv, '--json');
      assert.equal(ran.exit, 0, `${argv.join(' ')}: ${ran.err}`);
      return JSON.parse(ran.out).data as RemoteWire;
    },
    async fault(...argv) {
      const ran = await convo('remote', ...argv, '--json');
      assert.ok(ran.exit === 1 || ran.exit === 2, `${argv.join(' ')}: ${ran.exit} ${ran.out}`);
      return JSON.parse(ran.err);
    },
  };
}
