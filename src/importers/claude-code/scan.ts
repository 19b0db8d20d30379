import type { Bytes, OutlineEvent, ReadContext, ScanEvent, SkippedEvent, Source } from '../importer.ts';
import { object, string } from '../kit/fields.ts';
import { countedPart, tailDigest } from '../kit/growth.ts';
import { type JsonObject, type Line, readLines, recordsOfLine } from '../kit/jsonl.ts';
import { classify } from './classify.ts';
import { agentFile, factsOf } from './facts.ts';
import { outlines } from './outline.ts';
import { keepingCursor } from './placed.ts';
import { firstThere, sessionFolder, spillsOf } from './spill.ts';
import { emptyState, note, packState, type ScanState, unpackState } from './state.ts';
import { assemble, type Tree } from './tree.ts';

interface Reading {
  source: Source;
  context: ReadContext;
  state: ScanState;
  /** Behind the last byte that was taken. */
  offset: number;
  /** Complete lines before `offset`. */
  lines: number;
  /** A file of an agent has no side chains: it is one. */
  agent: boolean;
}

/** Pass 1 (Importer.scan). */
export async function* scan(source: Source, context: ReadContext): AsyncGenerator<ScanEvent> {
  const bytes = await context.open();
  try {
    const reading = resume(source, context);
    const meta = await metaOf(reading);
    if (meta && !reading.state.meta) {
      yield { type: 'document', ...meta };
      reading.state.meta = true;
    }
    const start = { offset: reading.state.open ?? reading.offset, lines: reading.lines };
    for await (const batch of readLines(bytes, start, context.signal)) yield* takeBatch(reading, batch);
    yield await outline(reading, bytes, meta?.bytes);
  } finally {
    await bytes.close();
  }
}

function resume(source: Source, context: ReadContext): Reading {
  const { before, complete } = context;
  const state = before ? unpackState(before.state) : emptyState(complete);
  state.complete = complete;
  if (state.open !== undefined) {
    const { open } = state;
    state.entries = state.entries.filter((entry) => entry.offset < open);
  }
  return { source, context, state, offset: before?.offset ?? 0, lines: before?.lines ?? 0, agent: agentFile(source.path) !== undefined };
}

async function* takeBatch(reading: Reading, batch: Line[]): AsyncGenerator<ScanEvent> {
  const records: Uint8Array[] = [];
  const rest: ScanEvent[] = [];
  const spills: string[][] = [];
  const own = sessionFolder(reading.source);
  for (const whole of batch) {
    const line = countedPart(whole, reading.context.complete, reading.offset);
    if (!line) continue;
    const end = line.offset + line.length;
    const fresh = line.bytes?.subarray(Math.max(0, reading.offset - line.offset));
    if (fresh && fresh.length > 0) records.push(fresh);
    const content = recordsOfLine(line, reading.source.path, isRecord);
    if (end > reading.offset) rest.push(...content.skipped.map((skipped): SkippedEvent => ({ type: 'skipped', skipped })));
    for (const record of content.records) {
      const entry = classify(record, line.number);
      if (entry.side && entry.id !== '' && !reading.state.entries.some(({ id }) => id !== '')) reading.state.notes.agent = entry.side;
      if (reading.agent || reading.state.notes.agent !== undefined) delete entry.side;
      const last = reading.state.entries.at(-1);
      if (last && entry.parent === last.id) entry.parent = last.id; // one string in memory instead of two
      reading.state.entries.push(entry);
      note(reading.state.notes, record.value);
      spills.push(...spillsOf(record.value, own));
    }
    if (line.terminated) {
      reading.lines = line.number;
      delete reading.state.open;
    } else reading.state.open = line.offset;
    reading.offset = Math.max(reading.offset, end);
  }
  if (records.length > 0) yield { type: 'records', records };
  yield* rest;
  for (const names of spills) {
    const found = await firstThere(names, reading.context.companion);
    if (found) yield { type: 'document', ...found };
  }
}

/** Tells a salvaged record from an object inside a record: every record names its session, or the record that it is about. */
export function isRecord(value: JsonObject): boolean {
  return typeof value.type === 'string' && ('sessionId' in value || 'messageId' in value || 'leafUuid' in value);
}

async function metaOf(reading: Reading): Promise<{ key: string; bytes: Uint8Array } | undefined> {
  const { path, companions } = reading.source;
  if (!reading.agent || companions === undefined || !path.startsWith(companions)) return undefined;
  const key = `${path.slice(companions.length + 1).replace(/\.jsonl$/, '')}.meta.json`.replaceAll('\\', '/');
  const bytes = await reading.context.companion(key);
  return bytes ? { key, bytes } : undefined;
}

function agentName(meta: Uint8Array | undefined): string | undefined {
  if (!meta) return undefined;
  try {
    return string(object(JSON.parse(new TextDecoder().decode(meta))).agentType) || undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function outline(reading: Reading, bytes: Bytes, meta: Uint8Array | undefined): Promise<ScanEvent> {
  const { offset, lines, state } = reading;
  const tree = assemble(state.entries, state.complete);
  const told = placed(reading, tree, agentName(meta));
  const place = { offset, tail: await tailDigest(bytes, offset), lines };
  const cursor = reading.context.keep ? keepingCursor(place, state, tree) : { ...place, state: packState(state) };
  return { type: 'outline', ...told, cursor };
}

function placed({ source, state }: Reading, tree: Tree, name: string | undefined): Pick<OutlineEvent, 'facts' | 'turns' | 'counts'> {
  const turns = outlines(state.entries, tree);
  const onPages = (members: number[]) => members.filter((index) => state.entries[index]?.kind !== 'state').length;
  const inTurns = tree.nodes.reduce((sum, node) => sum + onPages(node.members), 0);
  const counts = { records: state.entries.length, inTurns, rawOnly: state.entries.length - inTurns };
  return { facts: factsOf(source, state, tree, turns, name), turns, counts };
}
