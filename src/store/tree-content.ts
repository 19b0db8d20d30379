import { fail } from '../errors.ts';
import type { Oid } from './git.ts';
import { encodeRow, objectId, type TreeEntry, treeMode } from './objects.ts';

/** Bytes of an object id in a row. */
const idLength = 20;
const [slash, space] = [0x2f, 0x20];

/** A stretch of a tree's content that one row takes. */
export interface Row {
  from: number;
  to: number;
  isTree: boolean;
}

interface Place {
  /** The row with this name, file or folder. */
  row: Row | undefined;
  /** Where one of the kind that was asked for belongs. */
  at: number;
}

/** How a tree's content came to be: so many bytes at its begin and at its end are those of the content it was made from. */
export interface Edited {
  content: Uint8Array;
  begin: number;
  end: number;
}

/** Of a content that was not edited: all of it. */
export const untouched = { begin: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** A folder's name is ordered as if it ended in a slash; what is behind the end comes before everything. */
const keyByte = (name: Uint8Array, index: number, isTree: boolean): number => name[index] ?? (isTree && index === name.length ? slash : -1);

function placeOf(content: Uint8Array, name: Uint8Array, asTree: boolean): Place {
  const place: Place = { row: undefined, at: -1 };
  for (let from = 0; from < content.length; ) {
    const start = content.indexOf(space, from) + 1;
    const isTree = start - from === treeMode.length + 1;
    let end = start;
    let order = 0;
    for (; end < content.length && content[end] !== 0; end += 1)
      if (order === 0) order = (content[end] ?? 0) - keyByte(name, end - start, asTree);
    const to = end + 1 + idLength;
    if (start === 0 || to > content.length) throw fail('bad-object', { oid: objectId('tree', content), reason: 'its tree is cut off' });
    if (order === 0 && end - start === name.length) place.row = { from, to, isTree };
    if (order === 0) order = (isTree ? slash : -1) - keyByte(name, end - start, asTree);
    if (order > 0 && place.at < 0) place.at = from;
    from = to;
  }
  if (place.at < 0) place.at = content.length;
  return place;
}

/** Returns the row of a name in the content of a tree, undefined when there is none. Throws `bad-object`. */
export const rowOf = (content: Uint8Array, name: string): Row | undefined => placeOf(content, Buffer.from(name), false).row;

/** Returns the id in a row. */
export const idOf = (content: Uint8Array, { to }: Row): Oid =>
  Buffer.from(content.buffer, content.byteOffset + to - idLength, idLength).toString('hex') as Oid;

/** Puts a row at its place in git's order; one of the same name gives way. Throws `bad-object`. */
export function putRow(edited: Edited, entry: TreeEntry): void {
  const isTree = entry.mode === treeMode;
  const { row, at } = placeOf(edited.content, Buffer.from(entry.name), isTree);
  const bytes = encodeRow(entry);
  if (!row) splice(edited, at, at, bytes);
  else if (row.isTree === isTree) splice(edited, row.from, row.to, bytes);
  else {
    removeRow(edited, row);
    putRow(edited, entry);
  }
}

/** Takes a row out. */
export const removeRow = (edited: Edited, { from, to }: Row): void => splice(edited, from, to, new Uint8Array());

function splice(edited: Edited, from: number, to: number, bytes: Uint8Array): void {
  const { content } = edited;
  edited.begin = Math.min(edited.begin, from);
  edited.end = Math.min(edited.end, content.length - to);
  edited.content = Buffer.concat([content.subarray(0, from), bytes, content.subarray(to)]);
}
