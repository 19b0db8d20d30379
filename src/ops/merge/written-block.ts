import { fail } from '../../errors.ts';
import { type Merged, mergeBlock } from '../../model/merge/block.ts';
import type { Context } from '../context.ts';
import type { Edit } from '../edit-text.ts';
import type { MergeInput } from '../merge-result.ts';
import { summarized } from '../summarize.ts';

/** Returns the text of a merge turn: the block, as a program of the user's summed it up, as the user edited it. Throws `empty-text`. */
export async function writtenBlock(
  context: Context,
  merged: Merged,
  { summarize, edit: edited }: Pick<MergeInput, 'summarize' | 'edit'>,
  edit: Edit,
): Promise<string> {
  const told = mergeBlock(merged);
  const block = summarize === undefined ? told : mergeBlock({ ...merged, summary: await summarized(context, summarize, told, 'merge') });
  if (!edited) return block;
  const text = (await edit(block)).trim();
  if (text === '') throw fail('empty-text', { verb: 'merge' });
  return text;
}
