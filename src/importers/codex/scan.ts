import type { Json } from '../../model/json.ts';
import type { Bytes, Cursor, ReadContext, ScanEvent, Skipped, Source } from '../importer.ts';
import { countedPart, tailDigest } from '../kit/growth.ts';
import { type Line, readLines, recordsOfLine } from '../kit/jsonl.ts';
import { advance } from './advance.ts';
import { isDocument, scanDocument } from './document.ts';
import { outlineOf } from './outline.ts';
import { keepPlaces, type Places } from './places.ts';
import { isCodexRecord, recordOf } from './record.ts';
import { newState, type State } from './state.ts';
import { type Thread, threadOf } from './task.ts';

/** What a cursor holds. */
export interface Saved {
  state: State;
  /** A last line without its end was taken as it is: where it begins, and the state before it. */
  open?: { offset: number; state: State };
}

/** Returns what a cursor holds; not a copy. */
export const savedIn = (cursor: Cursor): Saved => cursor.state as unknown as Saved;

/** What a scan has read so far. */
export interface Scanned extends Saved {
  /** Behind the last byte that was given. */
  offset: number;
  /** Complete lines. */
  lines: number;
}

/** Pass 1 over a rollout: raw records and skipped bytes as they come, then the outline. */
export async function* scan(source: Source, context: ReadContext): AsyncGenerator<ScanEvent> {
  const bytes = await context.open();
  const places: Places = [];
  try {
    const scanned = isDocument(source) ? yield* scanDocument(source, context, bytes) : yield* scanLines(source, context, bytes, places);
    if (bytes.broken !== undefined) yield { type: 'skipped', skipped: brokenEnd(source, bytes) };
    const { state, open, offset, lines } = scanned;
    const saved = { state, ...(open ? { open } : {}) } as unknown as Json;
    const cursor: Cursor = { offset, lines, tail: await tailDigest(bytes, offset), state: saved };
    if (context.keep && !context.before && !isDocument(source)) keepPlaces(cursor, places);
    yield { type: 'outline', ...outlineOf(state, source.key, context.complete), cursor };
  } finally {
    await bytes.close();
  }
}

function brokenEnd(source: Source, { size, broken }: Bytes): Skipped {
  return { file: source.path, offset: size, length: 0, reason: `the compressed data are damaged here: ${broken}`, kept: false };
}

async function* scanLines(source: Source, context: ReadContext, bytes: Bytes, places: Places): AsyncGenerator<ScanEvent, Scanned> {
  const scanned = resumed(context);
  const start = { offset: scanned.open?.offset ?? scanned.offset, lines: scanned.lines };
  const thread = threadOf(scanned.open?.state ?? scanned.state);
  scanned.state = thread.state;
  for await (const batch of readLines(bytes, start, context.signal)) {
    const records: Uint8Array[] = [];
    const named: ScanEvent[] = [];
    for (const whole of batch) {
      const line = countedPart(whole, context.complete, scanned.offset);
      if (!line) continue;
      const fresh = line.bytes?.subarray(Math.max(0, scanned.offset - line.offset));
      if (fresh && fresh.length > 0) records.push(fresh);
      const end = line.offset + line.length;
      if (line.terminated) delete scanned.open;
      else scanned.open = { offset: line.offset, state: structuredClone(thread.state) };
      const skipped = readLine(thread, line, source.path, context.keep ? places : undefined);
      if (end > scanned.offset) named.push(...skipped.map((item): ScanEvent => ({ type: 'skipped', skipped: item })));
      if (line.terminated) scanned.lines = line.number;
      scanned.offset = Math.max(scanned.offset, end);
    }
    if (records.length > 0) yield { type: 'records', records };
    yield* named;
  }
  return scanned;
}

function readLine(thread: Thread, line: Line, file: string, places: Places | undefined): Skipped[] {
  const { records, skipped } = recordsOfLine(line, file, isCodexRecord);
  for (const { value, offset, length } of records) {
    places?.push(offset, length);
    advance(thread, recordOf(value), { offset, length, line: line.number });
  }
  return skipped;
}

function resumed({ before }: ReadContext): Scanned {
  if (!before) return { state: newState(), offset: 0, lines: 0 };
  return { ...structuredClone(savedIn(before)), offset: before.offset, lines: before.lines };
}
