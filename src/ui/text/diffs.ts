import type { FileDiff } from '../../model/file-diff.ts';
import { type Line, line, styled } from '../line.ts';
import { insidePath, type ViewSettings } from '../view.ts';
import { cutStart, oneLine, width } from '../width.ts';

/** Returns a line a file: its path, and how many lines came and went. */
export function statLines(files: readonly FileDiff[], indent: string, settings: Pick<ViewSettings, 'folder'>): Line[] {
  const names = files.map((file) => cutStart(oneLine(insidePath(file.path, settings)), 56));
  const columns = Math.max(0, ...names.map(width));
  return files.map((file, at) => {
    const name = names[at] ?? '';
    return line(
      indent,
      name,
      ' '.repeat(columns - width(name)),
      '  ',
      styled('added', `+${file.added}`),
      ' ',
      styled('removed', `-${file.removed}`),
    );
  });
}

/** Returns the edits of each file as diff lines, far from a change only three lines of what stayed the same. */
export function diffLines(files: readonly FileDiff[], indent: string, settings: Pick<ViewSettings, 'folder'>): Line[] {
  return files.flatMap((file) => [
    line(indent, styled('strong', oneLine(insidePath(file.path, settings)))),
    ...file.edits.flatMap((edit, at) => [...(at > 0 ? [line(indent, styled('faint', '…'))] : []), ...nearRows(edit, indent)]),
  ]);
}

/** Returns diff lines, of what stayed the same only three lines around a change. */
export function nearRows(edit: readonly string[], indent = ''): Line[] {
  const changed = edit.map((row) => !row.startsWith(' '));
  const kept = edit.map((_, at) => changed.slice(Math.max(0, at - 3), at + 4).some(Boolean));
  return edit.flatMap((row, at) => {
    if (kept[at]) return [line(indent, paintRow(row))];
    return at === 0 || kept[at - 1] ? [line(indent, styled('faint', '…'))] : [];
  });
}

function paintRow(row: string) {
  const text = row.replace(/\r$/, '');
  if (row.startsWith('+')) return styled('added', text);
  return row.startsWith('-') ? styled('removed', text) : { text };
}
