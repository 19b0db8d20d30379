import type { FileEdit } from './edits.ts';
import { printEdit } from './page/edit-diff.ts';

/** The changes that a turn made to one file. */
export interface FileDiff {
  path: string;
  added: number;
  removed: number;
  /** One list of diff lines an edit, in order: ` ` in both, `-` taken out, `+` put in. */
  edits: string[][];
}

const withoutEnd = (text: string) => text.replace(/\r?\n$/, '');

function linesOf({ before, after }: FileEdit): string[] {
  if (before === undefined || before === '')
    return after === ''
      ? []
      : withoutEnd(after)
          .split('\n')
          .map((row) => `+${row}`);
  if (after === '')
    return withoutEnd(before)
      .split('\n')
      .map((row) => `-${row}`);
  return printEdit(withoutEnd(before), withoutEnd(after)).split('\n');
}

/** Returns what the edits did, by file, in the order in which the files were first touched. */
export function fileDiffs(edits: readonly FileEdit[]): FileDiff[] {
  const files = new Map<string, FileDiff>();
  for (const edit of edits) {
    const file = files.get(edit.path) ?? { path: edit.path, added: 0, removed: 0, edits: [] };
    const lines = linesOf(edit);
    file.edits.push(lines);
    file.added += lines.filter((row) => row.startsWith('+')).length;
    file.removed += lines.filter((row) => row.startsWith('-')).length;
    files.set(edit.path, file);
  }
  return [...files.values()];
}
