import type { TurnId } from '../../model/ids.ts';
import type { Cursor, ReadContext, Source, TurnRecords } from '../importer.ts';
import { eachRecord } from '../kit/each-record.ts';
import { idOf } from './outline.ts';
import { isRecord } from './scan.ts';
import { unpackState } from './state.ts';
import { assemble } from './tree.ts';

/** Importer.records: of a turn in chain order. */
export async function* ownRecords(
  _source: Source,
  context: ReadContext,
  cursor: Cursor,
  ids: ReadonlySet<TurnId>,
): AsyncGenerator<TurnRecords> {
  const { entries, complete } = unpackState(cursor.state);
  const { nodes } = assemble(entries, complete);
  const inTurns = new Map<number, Uint8Array | undefined>();
  for (const node of nodes) for (const index of node.members) inTurns.set(entries[index]?.offset ?? -1, undefined);
  const loose: Uint8Array[] = [];
  const bytes = await context.open();
  try {
    for await (const record of eachRecord(bytes, cursor.offset, isRecord, context.signal)) {
      if (inTurns.has(record.offset)) inTurns.set(record.offset, record.bytes);
      else loose.push(record.bytes);
    }
  } finally {
    await bytes.close();
  }
  yield { records: loose };
  for (const node of nodes) {
    const turn = idOf(entries, node);
    if (ids.has(turn)) yield { turn, records: node.members.flatMap((index) => inTurns.get(entries[index]?.offset ?? -1) ?? []) };
  }
}
