import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the stores of one run; it goes when the run ends, however it ends. */
export interface Workspace {
  /** Returns a path in which nothing is yet. */
  fresh(name: string): string;
  drop(path: string): void;
}

/** Returns the workspace of this process. */
export function workspace(): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'convo-bench-run-'));
  let count = 0;
  const drop = (path: string) => rmSync(path, { recursive: true, force: true });
  process.on('exit', () => drop(root));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  return {
    fresh(name) {
      count += 1;
      return join(root, `${name}-${count}`);
    },
    drop,
  };
}

/** Returns the bytes that the files and folders below a path take on the disk, as `du` counts them. */
export function diskUsage(path: string): number {
  const stat = lstatSync(path);
  const own = stat.blocks * 512;
  if (!stat.isDirectory()) return own;
  return readdirSync(path).reduce((sum, name) => sum + diskUsage(join(path, name)), own);
}
