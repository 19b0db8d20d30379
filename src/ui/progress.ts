import { line, render } from './line.ts';
import type { Output } from './terminal.ts';
import { columnsOf } from './terminal.ts';
import { cut } from './width.ts';

/** Tells how far long work is; `total` undefined = not known. */
export type Report = (label: string, done: number, total?: number) => void;

export interface Progress {
  report: Report;
  /** Wipes the line: call before anything else is printed. */
  end(): void;
}

export interface ProgressOptions {
  quiet: boolean;
  /** Milliseconds since 1970. */
  now(): number;
}

const wait = 500;
const between = 80;

/** Returns a reporter that draws one line on a terminal once work has lasted half a second, and is silent elsewhere. */
export function progress(output: Output, options: ProgressOptions): Progress {
  if (!output.isTTY || options.quiet) return { report: () => {}, end: () => {} };
  const started = options.now();
  let drawn = 0;
  return {
    report(label, done, total) {
      const now = options.now();
      if (now - started < wait || now - drawn < between) return;
      drawn = now;
      output.write(`\r\x1b[K${render(line(cut(progressText(label, done, total), columnsOf(output) - 1)), undefined)}`);
    },
    end() {
      if (drawn > 0) output.write('\r\x1b[K');
      drawn = 0;
    },
  };
}

function progressText(label: string, done: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return `${label} ${done}`;
  const part = Math.min(1, done / total);
  const full = Math.round(part * 20);
  return `${label} [${'#'.repeat(full)}${'.'.repeat(20 - full)}] ${Math.floor(part * 100)} %  ${done}/${total}`;
}
