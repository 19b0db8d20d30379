import type { Host } from '../../host.ts';
import type { Cursor, Facts, Importer, OutlineEvent, Skipped, Source, Stamp, TurnOutline } from '../../importers/importer.ts';
import { tailDigest } from '../../importers/kit/growth.ts';
import type { TurnId } from '../../model/ids.ts';
import { redact } from '../../model/redaction.ts';
import type { Turn } from '../../model/turn.ts';
import type { ObjectWriter } from '../../store/git.ts';
import { type Memory, spareMemory } from '../../store/memory.ts';
import { nowhere } from '../../store/nowhere.ts';
import { type PackedJson, packJson, unpackJson } from '../../store/packed-json.ts';
import { RawWriter, type Reread } from '../../store/raw.ts';
import { openChunk } from '../../store/raw-folder.ts';
import { readState, type SourceRow, type SourceState } from '../../store/state.ts';
import type { Store } from '../../store/store.ts';
import { type Access, counted, readContext } from './access.ts';

/** A source after its first pass. */
export interface Scanned {
  importer: Importer;
  source: Source;
  access: Access;
  facts: Facts;
  turns: TurnOutline[];
  cursor: PackedJson;
  /** Behind the last record that was taken. */
  end: number;
  counts: OutlineEvent['counts'];
  skipped: Skipped[];
  raw: RawWriter;
  rawEnd: SourceState['raw'];
  /** What the last import remembered of it. */
  row?: SourceRow;
  placed: SourceState['placed'];
  /** Where the branches stood when it was placed there. */
  placedAt: NonNullable<SourceState['tips']>;
  /** The turn of another source after which this one goes on; set when that source is known. */
  base?: TurnId;
  /** Bytes read in this pass. */
  bytes: number;
  /** Milliseconds since the file changed last; Infinity for one that is finished as it is. */
  idle: number;
}

export interface ScanOptions {
  store: Store;
  writer: ObjectWriter;
  memory: Memory;
  /** Reads the whole file even where it has only grown. */
  again: boolean;
  /** Takes every turn as finished. */
  close: boolean;
  row: SourceRow | undefined;
}

/** Returns a stamp as one string: two are equal when the file has not changed. */
export const stampText = ({ dev, inode, size, mtimeMs, companions }: Stamp): string => [dev, inode, size, mtimeMs, companions].join(' ');

/** Returns the size in bytes that such a text tells. */
export const sizeIn = (stamp: string): number => Number(stamp.split(' ')[2]);

/** Reads a source once: its records go to raw, its outline comes back. Throws `cannot-read`. */
export async function scan(importer: Importer, source: Source, access: Access, options: ScanOptions): Promise<Scanned> {
  const { store, writer, row } = options;
  const idle = source.given || options.close ? Number.POSITIVE_INFINITY : store.host.now() - source.stamp.mtimeMs;
  const counter = { bytes: 0 };
  const known = row && !options.again ? await remembered(store, source, row) : undefined;
  const reading = counted(access, counter);
  const context = readContext(store.host, reading, idle);
  const before = known && (await isGrown(reading, known.cursor)) ? known : undefined;
  const raw = new RawWriter(writer, options.memory, before?.cursor.offset ?? 0, before?.chunk);
  const skipped: Skipped[] = [];
  let outline: OutlineEvent | undefined;
  for await (const event of importer.scan(source, before ? { ...context, before: before.cursor } : context)) {
    if (event.type === 'records') await raw.records(event.records.map(redact));
    else if (event.type === 'document') await raw.document(event.key, redact(event.bytes));
    else if (event.type === 'outline') outline = event;
    else {
      skipped.push(event.skipped);
      if (!event.skipped.kept) await raw.skip(event.skipped.length);
    }
  }
  if (!outline) throw new Error(`${importer.tool}: a scan ended without an outline`);
  const { facts, turns, cursor, counts } = outline;
  const rawEnd = await raw.finish();
  const placed = known?.state.placed ?? {};
  return {
    importer,
    source,
    access,
    facts,
    turns,
    cursor: packJson(cursor),
    end: cursor.offset,
    counts,
    skipped,
    raw,
    rawEnd,
    ...(row ? { row } : {}),
    placed,
    placedAt: known?.state.tips ?? {},
    bytes: counter.bytes,
    idle,
  };
}

/** Reads a source whole and writes nothing. Throws `cannot-read`. */
export function rescan(
  importer: Importer,
  source: Source,
  access: Access,
  { store, close, memory = spareMemory() }: Pick<ScanOptions, 'store' | 'close'> & { memory?: Memory },
): Promise<Scanned> {
  return scan(importer, source, access, { store, writer: nowhere(), memory, again: true, close, row: undefined });
}

interface Remembered {
  cursor: Cursor;
  state: SourceState;
  chunk?: { state: NonNullable<SourceState['raw']>; bytes: Uint8Array };
}

/** What the last import remembered, where raw still holds the chunk that was open then. */
async function remembered(store: Store, source: Source, row: SourceRow): Promise<Remembered | undefined> {
  const state = await readState(store.host, store.state, source.key, row);
  if (!state || !row.conversation) return undefined;
  const cursor = unpackJson<Cursor>(state.cursor);
  if (!cursor) return undefined;
  if (!state.raw) return { cursor, state };
  const bytes = await openChunk(store.engine, row, state.raw);
  return bytes && { cursor, state, chunk: { state: state.raw, bytes } };
}

async function isGrown(access: Access, { offset, tail }: Cursor): Promise<boolean> {
  const bytes = await access.open();
  try {
    return bytes.size >= offset && (await tailDigest(bytes, offset)) === tail;
  } finally {
    await bytes.close();
  }
}

/** Builds the turns with these ids (Importer.turns). */
export function turnsOf({ importer, source, access, idle, cursor }: Scanned, host: Host, ids: ReadonlySet<TurnId>): AsyncIterable<Turn> {
  const known = unpackJson<Cursor>(cursor);
  if (!known) throw new Error(`the cursor of ${source.path} was packed and cannot be unpacked`);
  return importer.turns(source, readContext(host, access, idle), known, ids);
}

/** Returns the way to bytes of a source that were read before. */
export function reread({ access }: Scanned): Reread {
  return {
    async range(offset, length) {
      const bytes = await access.open();
      try {
        return Uint8Array.from(await bytes.read(offset, length)); // the memory of what is closed is used again
      } finally {
        await bytes.close();
      }
    },
    document: async (key) => (await access.companion(key)) ?? new Uint8Array(),
  };
}
