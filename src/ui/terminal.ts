/** One stream of the process; tests pass one that collects. */
export interface Output {
  isTTY: boolean;
  columns?: number | undefined;
  rows?: number | undefined;
  /** Resolves when more can be taken; a reader that has gone is no error. */
  write(chunk: string | Uint8Array): void | Promise<void>;
}

/** Where convo speaks: the answer on out, everything else on err. */
export interface Terminal {
  out: Output;
  err: Output;
}

/** Returns the width to lay out for: that of the terminal, 80 where there is none. */
export function columnsOf(output: Output): number {
  return output.isTTY && output.columns && output.columns > 0 ? Math.max(40, output.columns) : 80;
}
