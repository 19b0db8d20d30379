import { builtin } from '../../builtin.ts';
import { fail } from '../../errors.ts';
import type { Verdict } from '../../model/bisect.ts';
import type { Turn } from '../../model/turn.ts';
import { errno } from '../../store/files.ts';
import type { Context } from '../context.ts';
import type { ThreadFolder } from './thread-folder.ts';

/** What a command said of a thread. */
export interface Judgement {
  verdict: Verdict;
  exit: number;
  /** The end of what it printed, at most 2,000 characters, as it came. */
  output: string;
}

const skipped = 125;
/** How long an interrupted command may take to end by itself, in milliseconds. */
const grace = 2_000;

/**
 * Runs a command over a thread, without a shell: its pages on stdin, and as files below $CONVO_THREAD. Exit codes mean what they mean to
 * `git bisect run`. Throws `bisect-aborted` where a code says so, or nothing could be run.
 */
export async function judge(
  context: Context,
  command: readonly string[],
  folder: ThreadFolder,
  thread: readonly Turn[],
): Promise<Judgement> {
  const pages = await folder.layOut(thread);
  const { exit, output } = await runCommand(context, command, folder.path, pages);
  return { exit, output, verdict: exit === 0 ? 'good' : exit === skipped ? 'skip' : 'bad' };
}

function runCommand(
  { host }: Context,
  command: readonly string[],
  folder: string,
  pages: readonly string[],
): Promise<{ exit: number; output: string }> {
  const [program = '', ...args] = command;
  const aborted = (reason: string) => fail('bisect-aborted', { command: program, reason });
  return new Promise((resolve, reject) => {
    host.onSpawn?.(program, args);
    const child = builtin.childProcess.spawn(program, args, {
      cwd: host.cwd,
      env: { ...host.env, CONVO_THREAD: folder },
      stdio: 'pipe',
      shell: false,
      windowsHide: true,
      signal: host.signal,
    });
    let output = '';
    const collect = (more: string) => {
      output = (output + more).slice(-2_000);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
    child.stdin.on('error', () => undefined); // a command that has read enough leaves; its code says what it found
    child.on('error', (error) => {
      if (child.pid === undefined) reject(aborted(errno(error) === 'ENOENT' ? 'there is no such program' : error.message));
      else setTimeout(() => child.kill('SIGKILL'), grace).unref(); // interrupted: told to end by SIGTERM, and waited for
    });
    child.on('close', (code, signal) => {
      // Its end may be the interrupt's doing, whatever code it gives then.
      if (host.signal.aborted) reject(aborted('it was interrupted'));
      else if (code === null || code > 127)
        reject(aborted(code === null ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
      else resolve({ exit: code, output });
    });
    for (const page of pages) child.stdin.write(page);
    child.stdin.end();
  });
}
