// Runs convo itself on the home of a stage, as its user would.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../src/model/json.ts';
import { type Body, isBody, list, stringOf } from './body.ts';
import type { Stage } from './stage.ts';

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const tsx = createRequire(import.meta.url).resolve('tsx');

/** Runs a command of convo with `--json` and returns its data. Throws with what it said when it failed. */
export async function convo(stage: Stage, ...args: string[]): Promise<Body> {
  const env = { ...stage.env, CONVO_HOME: join(stage.home, 'convo'), CONVO_DEVICE: 'clients' };
  const child = spawn(process.execPath, ['--import', tsx, program, ...args, '--json'], { cwd: stage.project, env });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`convo ${args.join(' ')} ended with ${code}: ${err}${out}`);
  const answer: Json = JSON.parse(out);
  return isBody(answer) && isBody(answer.data) ? answer.data : {};
}

/** A turn as `convo log` lists it. */
export interface Logged {
  id: string;
  n: number;
  role: string;
  subject: string;
  steps: number;
}

/** Returns the turns of a branch, oldest first. */
export async function turnsOn(stage: Stage, name: string): Promise<Logged[]> {
  const { turns } = await convo(stage, 'log', name);
  const logged = list(turns).map(({ id, n, role, subject, steps }) => ({
    ...{ id: stringOf(id), n: Number(n), role: stringOf(role), subject: stringOf(subject), steps: Number(steps) },
  }));
  return logged.sort((a, b) => a.n - b.n);
}
