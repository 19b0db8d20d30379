// Reads a home with an importer, as convo does, and gives the thread of a native conversation.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../src/host.ts';
import { realHost } from '../../src/host.ts';
import type { Bytes, Importer, OutlineEvent, ReadContext, Skipped, Source, TurnOutline } from '../../src/importers/importer.ts';
import type { TurnId } from '../../src/model/ids.ts';
import type { Turn } from '../../src/model/turn.ts';

/** One source as the importer understood it. */
export interface Read {
  source: Source;
  outline: OutlineEvent;
  turns: Map<TurnId, Turn>;
  skipped: Skipped[];
  /** Bytes of the records in order; must be the file. */
  records: Uint8Array;
}

/** A host whose home is a recorded folder. */
export function hostAt(home: string): Host {
  return { ...realHost(new AbortController().signal), home, env: {}, cwd: home };
}

/** Reads every source below a home. */
export async function readHome(importer: Importer, home: string): Promise<Read[]> {
  const reads: Read[] = [];
  for await (const source of importer.discover(hostAt(home))) reads.push(await readSource(importer, source));
  return reads;
}

/** Reads one source: the scan, then all its turns. */
export async function readSource(importer: Importer, source: Source, more: Partial<ReadContext> = {}): Promise<Read> {
  const context = contextOf(source, more);
  const records: Uint8Array[] = [];
  const skipped: Skipped[] = [];
  let outline: OutlineEvent | undefined;
  for await (const event of importer.scan(source, context)) {
    if (event.type === 'records') records.push(...event.records);
    else if (event.type === 'skipped') skipped.push(event.skipped);
    else if (event.type === 'outline') outline = event;
  }
  if (outline === undefined) throw new Error(`no outline of ${source.path}`);
  const turns = new Map<TurnId, Turn>();
  const ids = new Set(outline.turns.map((turn) => turn.id));
  for await (const turn of importer.turns(source, contextOf(source, {}), outline.cursor, ids)) turns.set(turn.id, turn);
  return { source, outline, turns, skipped, records: Buffer.concat(records) };
}

function contextOf(source: Source, more: Partial<ReadContext>): ReadContext {
  return {
    signal: new AbortController().signal,
    open: () => openBytes(source.path),
    companion: async (name) => {
      if (source.companions === undefined) return undefined;
      return readFile(join(source.companions, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
    },
    complete: true,
    ...more,
  };
}

async function openBytes(path: string): Promise<Bytes> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const read = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  async function* stream(from: number) {
    for (let at = from; at < size; at += 1 << 18) yield await read(at, Math.min(1 << 18, size - at));
  }
  return { size, read, stream, close: () => file.close() };
}

/** Returns the source that the tool itself would open for a native id: the newest revision, no agent's file. */
export function activeSource(reads: Read[], native: string): Read {
  const found = reads.filter(({ outline: { facts } }) => facts.native === native && facts.agent === undefined);
  const newest = found.sort((a, b) => ((a.outline.facts.revision ?? '') < (b.outline.facts.revision ?? '') ? 1 : -1))[0];
  if (newest === undefined) throw new Error(`no source says that it is ${native}`);
  return newest;
}

/** Returns the turns from the root to the active turn of a source, through the sources that it goes on from. */
export function threadOf(reads: Read[], read: Read): Turn[] {
  const { facts, turns } = read.outline;
  const thread: Turn[] = [];
  const seen = new Set<TurnId>();
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  for (let at: TurnId | null | undefined = facts.active ?? turns.at(-1)?.id ?? null; at; at = byId.get(at)?.parent) {
    if (seen.has(at)) throw new Error(`turn ${at} is its own ancestor`);
    seen.add(at);
    const turn = read.turns.get(at);
    if (turn === undefined) throw new Error(`the importer outlined turn ${at}, but did not build it`);
    thread.unshift(turn);
  }
  return [...before(reads, read, thread[0]), ...thread];
}

/** Returns what stands before the first turn of a source: in its base, or in another source that holds the same turn with a parent. */
function before(reads: Read[], read: Read, first: Turn | undefined): Turn[] {
  const { base } = read.outline.facts;
  if (base !== undefined) {
    const other = reads.find((one) => one !== read && namesOf(one).includes(base.native));
    if (other === undefined) throw new Error(`no source is ${base.native}, from which ${read.source.path} goes on`);
    return upTo(reads, other, base.before ?? Number.POSITIVE_INFINITY);
  }
  const elsewhere = reads.find((one) => one.outline.turns.some((turn) => turn.id === first?.id && turn.parent !== null));
  if (first === undefined || elsewhere === undefined) return [];
  const whole = threadOf(reads, withActive(elsewhere, first.id));
  return whole.slice(
    0,
    whole.findIndex((turn) => turn.id === first.id),
  );
}

/** A revision is named by its own id, everything else by the conversation's. */
const namesOf = ({ outline: { facts } }: Read): string[] => (facts.revision === undefined ? [facts.native] : [facts.revision]);

function upTo(reads: Read[], read: Read, ordinal: number): Turn[] {
  const past = read.outline.turns.filter((turn) => turn.ordinals[1] < ordinal);
  const last = lastOf(past);
  return last === undefined ? before(reads, read, undefined) : threadOf(reads, withActive(read, last.id));
}

const lastOf = (turns: TurnOutline[]) =>
  turns.reduce<TurnOutline | undefined>((a, b) => (a && a.ordinals[1] > b.ordinals[1] ? a : b), undefined);

function withActive(read: Read, active: TurnId): Read {
  return { ...read, outline: { ...read.outline, facts: { ...read.outline.facts, active } } };
}
