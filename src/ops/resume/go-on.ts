import type { Context } from '../context.ts';
import { runProgram } from '../program.ts';
import type { ResumeResult } from '../resume-result.ts';

/** Starts the tool with the conversation that was written for it, at this terminal, and waits until it ends. Throws `program-failed`. */
export async function goOn(context: Context, { written }: ResumeResult): Promise<void> {
  const [program, ...args] = written?.command ?? [];
  if (program !== undefined && written) await runProgram(context, program, args, { cwd: written.cwd });
}
