import { fail } from '../../errors.ts';
import type { Context } from '../context.ts';
import { runToEnd } from '../program.ts';
import type { ResumeResult } from '../resume-result.ts';

/**
 * Starts the tool with the conversation that was written for it, at this terminal, and waits until it ends; returns its exit code. Throws
 * `tool-not-started`.
 */
export async function goOn({ host }: Context, { written, title }: ResumeResult): Promise<number> {
  const { command = [], cwd = host.cwd } = written ?? {};
  const failed = (reason: string) => fail('tool-not-started', { tool: title, command: command.join(' '), folder: cwd, reason });
  return runToEnd(host, { words: command, cwd, failed });
}
