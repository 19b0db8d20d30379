import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Bytes, Cursor, Importer, OutlineEvent, ReadContext, ScanEvent, Skipped, Source } from '../../src/importers/importer.ts';
import type { TurnId } from '../../src/model/ids.ts';
import type { Turn } from '../../src/model/turn.ts';

/** What was read of a file: ranges of `read` and starts of `stream`. */
export interface Reads {
  ranges: { offset: number; length: number }[];
  streams: number[];
}

/** Returns bytes in memory that note what is read of them. When they are closed, their memory is another's. */
export function countedBytes(given: Uint8Array, reads: Reads = { ranges: [], streams: [] }, piece = 1 << 18): Bytes {
  const data = Uint8Array.from(given);
  return {
    size: data.length,
    async read(offset, length) {
      reads.ranges.push({ offset, length });
      return data.subarray(offset, offset + length);
    },
    async *stream(from) {
      reads.streams.push(from);
      for (let at = from; at < data.length; at += piece) yield data.subarray(at, Math.min(at + piece, data.length));
    },
    async close() {
      data.fill(0x5a);
    },
  };
}

export interface ReadOptions {
  complete?: boolean;
  keep?: boolean;
  before?: Cursor;
  reads?: Reads;
  piece?: number;
}

/** Returns a context that gives an importer these bytes as the source's file, and companions from the disk. */
export function contextOf(source: Source, data: Uint8Array, options: ReadOptions = {}): ReadContext {
  return {
    signal: new AbortController().signal,
    open: async () => countedBytes(data, options.reads, options.piece),
    companion: (name) => companion(source, name),
    ...(options.before ? { before: options.before } : {}),
    complete: options.complete ?? true,
    keep: options.keep ?? false,
  };
}

async function companion(source: Source, name: string): Promise<Uint8Array | undefined> {
  if (isAbsolute(name) || name.split(/[/\\]/).includes('..')) throw new Error(`companion name leads out: ${name}`);
  if (source.companions === undefined) return undefined;
  try {
    return await readFile(join(source.companions, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export interface Scanned {
  raw: Uint8Array;
  skipped: Skipped[];
  documents: Map<string, Uint8Array>;
  outline: OutlineEvent;
  events: ScanEvent[];
}

/** Returns all that one scan told. */
export async function scanOf(importer: Importer, source: Source, data: Uint8Array, options: ReadOptions = {}): Promise<Scanned> {
  const raw: Uint8Array[] = [];
  const skipped: Skipped[] = [];
  const documents = new Map<string, Uint8Array>();
  const events: ScanEvent[] = [];
  let outline: OutlineEvent | undefined;
  for await (const event of importer.scan(source, contextOf(source, data, options))) {
    events.push(event.type === 'records' ? { ...event, records: event.records.map((record) => Uint8Array.from(record)) } : event);
    if (event.type === 'records') raw.push(...event.records.map((record) => Uint8Array.from(record)));
    else if (event.type === 'skipped') skipped.push(event.skipped);
    else if (event.type === 'document') documents.set(event.key, event.bytes);
    else outline = event;
  }
  if (!outline) throw new Error('a scan without an outline');
  return { raw: Buffer.concat(raw), skipped, documents, outline, events };
}

/** Returns the turns of a scanned source: those with the ids, or all. */
export async function turnsOf(
  importer: Importer,
  source: Source,
  data: Uint8Array,
  scanned: Scanned,
  options: ReadOptions & { ids?: TurnId[] } = {},
): Promise<Turn[]> {
  const ids = new Set(options.ids ?? scanned.outline.turns.map((turn) => turn.id));
  const turns: Turn[] = [];
  for await (const turn of importer.turns(source, contextOf(source, data, options), scanned.outline.cursor, ids)) turns.push(turn);
  return turns;
}

/** Returns the records of a scanned source: those of no turn, and those of each turn. */
export async function recordsOf(
  importer: Importer,
  source: Source,
  data: Uint8Array,
  scanned: Scanned,
): Promise<{ loose: Uint8Array[]; byTurn: Map<TurnId, Uint8Array[]> }> {
  const found = { loose: [] as Uint8Array[], byTurn: new Map<TurnId, Uint8Array[]>() };
  const ids = new Set(scanned.outline.turns.map((turn) => turn.id));
  for await (const { turn, records } of importer.records(source, contextOf(source, data), scanned.outline.cursor, ids)) {
    if (turn === undefined) found.loose.push(...records);
    else found.byTurn.set(turn, records);
  }
  return found;
}

/** Returns a source for bytes that lie on no disk. */
export function sourceFor(importer: Importer, path: string): Source {
  return { tool: importer.tool, key: path, path, stamp: { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' } };
}
