import { join } from 'node:path';
import { fail, noteKept } from '../errors.ts';
import { makeFolders, nonce, readIfThere, removeIfThere, writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';
import { runProgram } from './program.ts';

/** Returns a text after its user edited it in $VISUAL or $EDITOR, else in vi. Throws `no-editor` where vi would have no terminal. */
export type Edit = (text: string) => Promise<string>;

interface Draft {
  file: string;
  /** What the user began with. */
  text: string;
}

/**
 * Does something with what the user writes. Each text lies in a file in the store, readable by the user alone, until all of it is done: where
 * that fails, what was written stays there, and the error says so.
 */
export async function withEditor<Result>(context: Context, run: (edit: Edit) => Promise<Result>): Promise<Result> {
  const drafts: Draft[] = [];
  const edit: Edit = async (text) => {
    const { env, interactive } = context.host;
    const chosen = env.VISUAL || env.EDITOR;
    if (!chosen && !interactive) throw fail('no-editor');
    const draft = await startDraft(context, text);
    drafts.push(draft);
    await runProgram(context, chosen || 'vi', [draft.file]);
    return (await readIfThere(context.host.fs, draft.file))?.toString('utf8') ?? '';
  };
  try {
    const result = await run(edit);
    for (const { file } of drafts) await removeIfThere(context.host.fs, file);
    return result;
  } catch (error) {
    for (const draft of drafts) await keep(context, draft, error);
    throw error;
  }
}

/** Returns a text after its user edited it; it is kept only where the editor fails. */
export const editText = (context: Context, text: string): Promise<string> => withEditor(context, (edit) => edit(text));

async function startDraft({ host, home }: Context, text: string): Promise<Draft> {
  const folder = join(home, 'state');
  const file = join(folder, `edit-${nonce()}.md`);
  await makeFolders(host.fs, folder);
  await writeDurably(host.fs, file, Buffer.from(text));
  return { file, text };
}

/** A file that says nothing new is no loss; one that cannot be read or removed stays. */
async function keep({ host }: Context, { file, text }: Draft, error: unknown): Promise<void> {
  try {
    const written = (await readIfThere(host.fs, file))?.toString('utf8') ?? '';
    if (written.trim() === '' || written === text) return await removeIfThere(host.fs, file);
  } catch {
    // the failure to report is the first one
  }
  noteKept(error, file);
}
