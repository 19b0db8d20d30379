import { exitCodes } from './errors.ts';
import { realHost } from './host.ts';
import type { Output } from './ui/terminal.ts';

function output(stream: NodeJS.WriteStream): Output {
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    write(chunk) {
      if (stream.write(chunk) || !stream.writable) return undefined;
      return new Promise((resolve) => stream.once('drain', resolve));
    },
  };
}

/** The reader of a pipe may leave: then there is nobody left to tell anything. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? exitCodes.ok);
}

/** Runs one command line (without `node convo`) on this process's terminal, clock, disk and environment. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  });
  process.stdout.on('error', endQuietly);
  process.stderr.on('error', endQuietly);
  const { run } = await import('./commands/run.ts');
  const backend = async () => (await import('./ops/backend.ts')).storeBackend();
  const terminal = { out: output(process.stdout), err: output(process.stderr) };
  process.exitCode = await run(argv, { host: realHost(interrupt.signal), terminal, backend });
}
