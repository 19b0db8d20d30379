import { basename } from 'node:path';
import { fail } from '../../errors.ts';
import { type Merged, mergeBlock } from '../../model/merge/block.ts';
import type { Context } from '../context.ts';
import type { Edit } from '../edit-text.ts';
import type { MergeInput } from '../merge-result.ts';
import { commandWords, runProgram } from '../program.ts';

/** Bytes that a program may print to sum a merge up. */
const most = 256 << 10;

/** Returns the text of a merge turn: the block, as a program of the user's summed it up, as the user edited it. Throws `empty-text`. */
export async function writtenBlock(
  context: Context,
  merged: Merged,
  input: Pick<MergeInput, 'summarize' | 'edit'>,
  edit: Edit,
): Promise<string> {
  const block = mergeBlock(input.summarize === undefined ? merged : { ...merged, summary: await summed(context, merged, input.summarize) });
  return input.edit ? filled((await edit(block)).trim()) : block;
}

async function summed(context: Context, merged: Merged, command: string): Promise<NonNullable<Merged['summary']>> {
  const text = await runProgram(context, command, [], { input: mergeBlock(merged), most });
  return { by: basename(commandWords(command)?.[0] ?? ''), text: filled(text) };
}

function filled(text: string): string {
  if (text.trim() === '') throw fail('empty-text', { verb: 'merge' });
  return text;
}
