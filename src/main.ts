import { exitCodes } from './errors.ts';
import { realHost } from './host.ts';
import { output } from './output.ts';

/** Runs one command line (without `node convo`) on this process's terminal, clock, disk and environment. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
  const { run } = await import('./commands/run.ts');
  const backend = async () => (await import('./ops/backend.ts')).storeBackend();
  const terminal = { out: output(1), err: output(2) };
  process.exitCode = await run(argv, { host: realHost(interrupt.signal), terminal, backend });
  // Else node waits for what it was still compiling.
  if (terminal.out.isDirect && terminal.err.isDirect) process.exit();
}
