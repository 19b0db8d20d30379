import type { Cursor, ReadContext } from '../importer.ts';
import { copyOf } from '../kit/copy.ts';

/** Where the records of a file stand, one after the other: offset and length of each. */
export type Places = number[];

const kept = new WeakMap<Cursor, Places>();

/** Keeps with the cursor of a scan where the records stand, so that no line is taken apart again to find them. */
export function keepPlaces(cursor: Cursor, places: Places): void {
  kept.set(cursor, places);
}

/** Returns the records of a file, each with its offset; undefined where the scan of the cursor kept no places. */
export async function recordsKept(cursor: Cursor, context: ReadContext): Promise<{ offset: number; bytes: Uint8Array }[] | undefined> {
  const places = kept.get(cursor);
  if (!places) return undefined;
  const whole = await copyOf(context, cursor.offset);
  const records: { offset: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < places.length; at += 2) {
    const [offset = 0, length = 0] = [places[at], places[at + 1]];
    records.push({ offset, bytes: whole.subarray(offset, offset + length) });
  }
  return records;
}
