import type { TurnId } from '../../model/ids.ts';
import type { Cursor, ReadContext, Source, TurnRecords } from '../importer.ts';
import { idOf } from './outline.ts';
import { placedBy } from './placed.ts';
import type { Entry } from './skeleton.ts';

/** Importer.records: of a turn in chain order. The skeleton tells where each stands, so that no line is taken apart again. */
export async function* ownRecords(
  _source: Source,
  context: ReadContext,
  cursor: Cursor,
  ids: ReadonlySet<TurnId>,
): AsyncGenerator<TurnRecords> {
  const {
    entries,
    tree: { nodes },
  } = placedBy(cursor);
  const whole = await copyOf(context, cursor.offset);
  const recordOf = ({ offset, length }: Entry) => whole.subarray(offset, offset + length);
  const inTurns = new Set(nodes.flatMap(({ members }) => members));
  yield { records: entries.flatMap((entry, index) => (inTurns.has(index) ? [] : [recordOf(entry)])) };
  for (const node of nodes) {
    const turn = idOf(entries, node);
    if (ids.has(turn)) yield { turn, records: node.members.flatMap((index) => entries[index] ?? []).map(recordOf) };
  }
}

/** What is read is the reader's only until it closes the file. */
async function copyOf({ open }: ReadContext, size: number): Promise<Uint8Array> {
  const bytes = await open();
  try {
    return new Uint8Array(await bytes.read(0, size));
  } finally {
    await bytes.close();
  }
}
