import { basename } from 'node:path';
import { fail } from '../errors.ts';
import type { Context } from './context.ts';
import { commandWords, runProgram } from './program.ts';

/** Bytes that a program may print to sum a text up. */
const most = 256 << 10;

/** Returns what a program of the user's makes of a text on its stdin, and its name. Throws `program-failed` and, for nothing, `empty-text`. */
export async function summarized(context: Context, command: string, input: string, verb: string): Promise<{ by: string; text: string }> {
  const text = await runProgram(context, command, [], { input, most });
  if (text.trim() === '') throw fail('empty-text', { verb });
  return { by: basename(commandWords(command)?.[0] ?? ''), text };
}
