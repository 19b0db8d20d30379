import type { TurnId } from '../../model/ids.ts';
import type { Cursor, ReadContext, Source, TurnRecords } from '../importer.ts';
import { eachRecord } from '../kit/each-record.ts';
import { isDocument } from './document.ts';
import { idOf } from './identity.ts';
import { recordsKept } from './places.ts';
import { isCodexRecord } from './record.ts';
import { savedIn } from './scan.ts';

interface Run {
  from: number;
  to: number;
  records: Uint8Array[];
}

/** Importer.records: of a turn in the order of its ranges. */
export async function* ownRecords(
  source: Source,
  context: ReadContext,
  cursor: Cursor,
  ids: ReadonlySet<TurnId>,
): AsyncGenerator<TurnRecords> {
  if (isDocument(source)) return;
  const { turns } = savedIn(cursor).state;
  const runs = turns.map(({ ranges }) => ranges.map(([from, length]): Run => ({ from, to: from + length, records: [] })));
  const loose: Uint8Array[] = [];
  const inOrder = runs.flat().sort((a, b) => a.from - b.from);
  let at = 0;
  for await (const record of recordsOf(context, cursor)) {
    while ((inOrder[at]?.to ?? Number.POSITIVE_INFINITY) <= record.offset) at += 1;
    const run = inOrder[at];
    (run && run.from <= record.offset ? run.records : loose).push(record.bytes);
  }
  yield { records: loose };
  for (const [index, segment] of turns.entries()) {
    const turn = idOf(segment);
    if (ids.has(turn)) yield { turn, records: runs[index]?.flatMap(({ records }) => records) ?? [] };
  }
}

async function* recordsOf(context: ReadContext, cursor: Cursor): AsyncGenerator<{ offset: number; bytes: Uint8Array }> {
  const kept = await recordsKept(cursor, context);
  if (kept) return yield* kept;
  const bytes = await context.open();
  try {
    yield* eachRecord(bytes, cursor.offset, isCodexRecord, context.signal);
  } finally {
    await bytes.close();
  }
}
