import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('./import-worker.ts', import.meta.url));

export interface WorkerOptions {
  home: string;
  store: string;
  engine: 'system' | 'isomorphic';
  /** The transcript that it grows, the number of its first record, and how often. Absent: imports once what is there. */
  grows?: { file: string; first: number; count: number };
}

export interface Worker {
  child: ChildProcess;
  /** Lines that it printed: what it acknowledged. */
  acknowledged: string[];
  /** Resolves to what it complained of, '' when it ended well. */
  ended: Promise<string>;
}

/** Starts an importing process in a group of its own. */
export function startWorker({ home, store, engine, grows }: WorkerOptions): Worker {
  const growing = grows ? [grows.file, String(grows.first), String(grows.count)] : [];
  const child = spawn(process.execPath, ['--import', 'tsx', worker, home, store, engine, ...growing], { stdio: 'pipe', detached: true });
  const acknowledged: string[] = [];
  let complaint = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    acknowledged.push(...lines);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code === 0 ? '' : complaint || `ended with ${code ?? signal}`));
  return { child, acknowledged, ended };
}

/** Kills a process with all that it started, as `kill -9` and the end of a terminal together do. */
export function killGroup({ child }: Worker): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
