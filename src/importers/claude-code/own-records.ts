import type { TurnId } from '../../model/ids.ts';
import type { Cursor, ReadContext, Source, TurnRecords } from '../importer.ts';
import { copyOf } from '../kit/copy.ts';
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
