import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { platform } from 'node:process';

/** What one process took. */
export interface Run {
  /** Wall time in seconds. */
  seconds: number;
  stdout: string;
  /** Largest resident memory in bytes, when it was watched: of the process itself, and of it and its children together. */
  memory?: { own: number; all: number };
}

export interface RunOptions {
  env: Record<string, string>;
  cwd: string;
  /** CPUs on which the process and its children may run. */
  cpus?: number[];
  /** Watches the memory; only on Linux. */
  memory?: boolean;
  /** Exit codes besides 0 that are no failure. */
  allow?: number[];
}

const watchEvery = 20;
/** What is running now: it ends when the bench ends, however it ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a process to its end. Throws when it fails, with what it wrote to stderr. */
export function run(program: string, args: readonly string[], { env, cwd, cpus, memory, allow = [] }: RunOptions): Promise<Run> {
  const [command, ...all] = cpus ? ['taskset', '-c', cpus.join(','), program, ...args] : [program, ...args];
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const child = spawn(command ?? program, all, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const watched = memory && child.pid !== undefined ? watchMemory(child.pid) : undefined;
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    child.on('error', reject);
    let seconds = 0;
    child.on('exit', () => {
      seconds = Number(process.hrtime.bigint() - began) / 1e9;
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      const peak = watched?.();
      if (code === 0 || (code !== null && allow.includes(code)))
        resolve({ seconds, stdout: Buffer.concat(out).toString(), ...(peak ? { memory: peak } : {}) });
      else reject(new Error(`${program} ${args.join(' ')}: exit ${code ?? signal}\n${Buffer.concat(err)}`));
    });
  });
}

/** Returns a function that ends the watch and tells the peaks in bytes. */
function watchMemory(pid: number): () => { own: number; all: number } {
  const peak = { own: 0, all: 0 };
  const look = () => {
    peak.own = Math.max(peak.own, statusOf(pid, 'VmHWM'));
    peak.all = Math.max(
      peak.all,
      family(pid).reduce((sum, member) => sum + statusOf(member, 'VmRSS'), 0),
    );
  };
  const timer = setInterval(look, watchEvery);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** Returns a field of a process in bytes, 0 when it has gone. */
function statusOf(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(proc(pid, 'status'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

function family(pid: number): number[] {
  const children = proc(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

/** A file of a process; '' when the process has gone. */
function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Returns the first `count` CPUs that this process may use; undefined where processes cannot be pinned. */
export function cpus(count: number): number[] | undefined {
  if (platform !== 'linux' || !onPath('taskset')) return undefined;
  const list = /^Cpus_allowed_list:\s+(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? `0-${availableParallelism() - 1}`;
  const all = list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return all.length < count ? undefined : all.slice(0, count);
}

const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsIn(folder, program));

function existsIn(folder: string, program: string): boolean {
  try {
    return readdirSync(folder).includes(program);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Runs every measurement once a round, in turn, and returns its values by name. */
export async function interleave<Name extends string>(
  rounds: number,
  measurements: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measurements) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) for (const name of names) values[name].push(await measurements[name]());
  return values;
}

/** Returns the values of each round divided by those of a baseline in the same round. */
export const ratios = (values: readonly number[], base: readonly number[]): number[] =>
  values.map((value, round) => value / (base[round] ?? Number.NaN));
