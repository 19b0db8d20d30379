import type { Json } from '../../model/json.ts';
import type { Bytes, Cursor, ReadContext, ScanEvent, Skipped, Source } from '../importer.ts';
import { tailDigest } from '../kit/growth.ts';
import { readLines, recordsOfLine } from '../kit/jsonl.ts';
import { advance } from './advance.ts';
import { isDocument, scanDocument } from './document.ts';
import { outlineOf } from './outline.ts';
import { isCodexRecord, recordOf } from './record.ts';
import { newState, type State } from './state.ts';
import { threadOf } from './task.ts';

/** Pass 1 over a rollout: raw records and skipped bytes as they come, then the outline. */
export async function* scan(source: Source, context: ReadContext): AsyncGenerator<ScanEvent> {
  const bytes = await context.open();
  try {
    const { state, offset, lines } = isDocument(source)
      ? { state: yield* scanDocument(source, bytes), offset: bytes.size, lines: 0 }
      : yield* scanLines(source, context, bytes);
    if (bytes.broken !== undefined) yield { type: 'skipped', skipped: brokenEnd(source, bytes) };
    const cursor: Cursor = { offset, lines, tail: await tailDigest(bytes, offset), state: state as unknown as Json };
    yield { type: 'outline', ...outlineOf(state, source.key, context.complete), cursor };
  } finally {
    await bytes.close();
  }
}

function brokenEnd(source: Source, { size, broken }: Bytes): Skipped {
  return { file: source.path, offset: size, length: 0, reason: `the compressed data are damaged here: ${broken}`, kept: false };
}

interface Scanned {
  state: State;
  offset: number;
  lines: number;
}

async function* scanLines(source: Source, context: ReadContext, bytes: Bytes): AsyncGenerator<ScanEvent, Scanned> {
  const before = context.before;
  const done: Scanned = { state: before ? stateOf(before) : newState(), offset: before?.offset ?? 0, lines: before?.lines ?? 0 };
  const thread = threadOf(done.state);
  for await (const batch of readLines(bytes, { offset: done.offset, lines: done.lines }, context.signal)) {
    const records: Uint8Array[] = [];
    const events: ScanEvent[] = [];
    for (const line of batch) {
      const content = recordsOfLine(line, source.path, isCodexRecord);
      if (!line.terminated && !(context.complete && content.records.length > 0 && content.skipped.length === 0)) break;
      if (line.bytes) records.push(line.bytes);
      for (const { value, offset, length } of content.records) advance(thread, recordOf(value), { offset, length, line: line.number - 1 });
      for (const skipped of content.skipped) events.push({ type: 'skipped', skipped });
      done.offset = line.offset + line.length;
      done.lines = line.number;
    }
    if (records.length > 0) yield { type: 'records', records };
    yield* events;
  }
  return done;
}

/** Returns the state of a cursor as a copy, since a scan goes on in it. */
const stateOf = (cursor: Cursor): State => structuredClone(cursor.state) as unknown as State;
