import { join } from 'node:path';
import { makeFolders, nonce, readIfThere, removeIfThere, writeDurably } from '../store/files.ts';
import type { Context } from './context.ts';
import { runProgram } from './program.ts';

/** Returns a text after its user edited it in $VISUAL or $EDITOR, else in vi. The file lies in the store, readable by the user alone. */
export async function editText(context: Context, text: string): Promise<string> {
  const { host, home } = context;
  const folder = join(home, 'state');
  const file = join(folder, `edit-${nonce()}.md`);
  await makeFolders(host.fs, folder);
  try {
    await writeDurably(host.fs, file, Buffer.from(text));
    await runProgram(context, host.env.VISUAL || host.env.EDITOR || 'vi', [file]);
    return (await readIfThere(host.fs, file))?.toString('utf8') ?? '';
  } finally {
    await removeIfThere(host.fs, file);
  }
}
