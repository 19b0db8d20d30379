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

/** What orders two names where the one that was looked at ends: a folder's as if it ended in a slash, before everything else. */
const endByte = (isTree: boolean): number => (isTree ? slash : -1);

function placeOf(content: Uint8Array, name: Uint8Array, asTree: boolean): Place {
  const place: Place = { row: undefined, at: -1 };
  for (let from = 0; from < content.length; ) {
    const start = content.indexOf(space, from) + 1;
    const end = content.indexOf(0, start);
    const to = end + 1 + idLength;
    if (start === 0 || end < 0 || to > content.length)
      throw fail('bad-object', { oid: objectId('tree', content), reason: 'its tree is cut off' });
    const isTree = start - from === treeMode.length + 1;
    const length = end - start;
    let same = 0;
    while (same < length && content[start + same] === name[same]) same += 1;
    if (same === length && same === name.length) place.row = { from, to, isTree };
    const own = same < length ? (content[start + same] ?? 0) : endByte(isTree);
    if (place.at < 0 && own > (name[same] ?? endByte(asTree))) place.at = from;
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
