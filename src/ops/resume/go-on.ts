import { fail } from '../../errors.ts';
import type { Context } from '../context.ts';
import { runToEnd } from '../program.ts';
import type { ResumeResult } from '../resume-result.ts';

/**
 * Starts the tool with the conversation that was written for it, at this terminal, and waits until it ends; returns its exit code. Throws
 * `tool-not-started`.
 */
export async function goOn({ host }: Context, { written, title }: ResumeResult): Promise<number> {
  const { command = [], before = [], cwd = host.cwd } = written ?? {};
  const failed = (reason: string) => fail('tool-not-started', { tool: title, command: command.join(' '), folder: cwd, reason });
  for (const words of before) {
    const code = await runToEnd(host, { words, cwd, failed });
    if (code !== 0) throw failed(`${words.slice(0, 2).join(' ')} ended with exit code ${code}`);
  }
  return runToEnd(host, { words: command, cwd, failed });
}
