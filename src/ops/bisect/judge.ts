import { fail } from '../../errors.ts';
import type { Verdict } from '../../model/bisect.ts';
import type { Turn } from '../../model/turn.ts';
import type { Context } from '../context.ts';
import { runToEnd } from '../program.ts';
import type { ThreadFolder } from './thread-folder.ts';

/** What a command said of a thread. */
export interface Judgement {
  verdict: Verdict;
  exit: number;
  /** The end of what it printed, at most 2,000 characters, as it came. */
  output: string;
}

const skipped = 125;
const mostOutput = 2_000;

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
  const aborted = (reason: string) => fail('bisect-aborted', { command: command[0] ?? '', reason });
  let output = '';
  const exit = await runToEnd(context.host, {
    words: command,
    env: { CONVO_THREAD: folder.path },
    input: await folder.layOut(thread),
    listen: ['stdout', 'stderr'],
    onText(text) {
      output = (output + text).slice(-mostOutput);
      return true;
    },
    failed: aborted,
  });
  if (exit > 127) throw aborted(`it ended with exit code ${exit}`);
  return { exit, output, verdict: exit === 0 ? 'good' : exit === skipped ? 'skip' : 'bad' };
}
