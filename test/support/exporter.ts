import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Exported, ExportedAgent, Exporter, Target, Told, Written } from '../../src/exporters/exporter.ts';
import type { Facts, Importer, Source, TurnOutline } from '../../src/importers/importer.ts';
import { cutTurn } from '../../src/model/cut.ts';
import type { ConversationId, TurnId } from '../../src/model/ids.ts';
import { randomBytes, turnMark } from '../../src/model/mark.ts';
import type { Turn } from '../../src/model/turn.ts';
import { recordsOf, scanOf, turnsOf } from './importer.ts';
import { contentOf } from './sources.ts';

/** A source with everything that an importer tells of it. */
export interface Whole {
  source: Source;
  facts: Facts;
  outlines: TurnOutline[];
  turns: Map<TurnId, Turn>;
  records: Map<TurnId, Uint8Array[]>;
  loose: Uint8Array[];
  documents: Map<string, Uint8Array>;
}

/** Reads a source whole. */
export async function wholeOf(importer: Importer, source: Source, content?: Uint8Array): Promise<Whole> {
  const data = content ?? (await contentOf(source));
  const scanned = await scanOf(importer, source, data);
  const turns = new Map((await turnsOf(importer, source, data, scanned)).map((turn) => [turn.id, turn]));
  const { loose, byTurn } = await recordsOf(importer, source, data, scanned);
  const { facts, turns: outlines } = scanned.outline;
  return { source, facts, outlines, turns, records: byTurn, loose, documents: scanned.documents };
}

/** Returns the turns of a source from its root to one of them. */
export function pathTo({ outlines }: Whole, leaf: TurnId): TurnId[] {
  const parents = new Map(outlines.map(({ id, parent }) => [id, parent]));
  const path: TurnId[] = [];
  for (let at: TurnId | null | undefined = leaf; at; at = parents.get(at)) path.unshift(at);
  return path;
}

/** Returns the turns from a root to one of them, through the sources that it goes on from. */
function lineTo(whole: Whole, leaf: TurnId, all: readonly Whole[]): { of: Whole; id: TurnId }[] {
  const own = pathTo(whole, leaf).map((id) => ({ of: whole, id }));
  const { base } = whole.facts;
  const other = base && all.find((one) => one !== whole && (one.facts.revision ?? one.facts.native) === base.native);
  if (!base || !other) return own;
  const past = other.outlines.filter(({ ordinals }) => ordinals[1] < (base.before ?? Number.POSITIVE_INFINITY));
  const last = past.reduce<TurnOutline | undefined>((a, b) => (a && a.ordinals[1] > b.ordinals[1] ? a : b), undefined);
  const behind = other.facts.base && !last ? lineTo(other, leaf, all).slice(0, -1) : [];
  return [...(last ? lineTo(other, last.id, all) : behind), ...own];
}

/** Returns a thread as an exporter gets it: with the records of its turns, or without any (`built`). */
export function exportedOf(whole: Whole, leaf: TurnId, all: readonly Whole[] = [whole], built = false): Exported {
  const turn = (of: Whole, id: TurnId, n: number) => {
    const found = of.turns.get(id);
    if (!found) throw new Error(`no turn ${id}`);
    const records = of.records.get(id);
    return { turn: { ...found, n: n + 1 }, ...(records && records.length > 0 && !built ? { records } : {}) };
  };
  const line = lineTo(whole, leaf, all);
  const turns = line.map(({ of, id }, n) => turn(of, id, n));
  const named = turns.flatMap(({ turn: { steps } }) =>
    steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? (part.agents ?? []) : []))),
  );
  const agents = new Map<string, ExportedAgent>();
  for (const id of named) {
    const own = all.find(({ facts }) => facts.agent?.id === id && facts.agent.of === whole.facts.native);
    const inside = whole.outlines.filter(({ agent }) => agent === id);
    const last = own?.outlines.at(-1)?.id ?? inside.at(-1)?.id;
    const from = own ?? whole;
    if (last) agents.set(id, { turns: pathTo(from, last).map((one, n) => turn(from, one, n)), loose: own?.loose ?? [] });
  }
  const documents = new Map(all.flatMap((one) => [...one.documents]));
  return {
    id: '7qk2m4xw9d' as ConversationId,
    name: '7qk2m4xw9d',
    tool: whole.source.tool,
    title: whole.facts.title ?? 'A title',
    project: whole.facts.folder ?? '',
    ...(whole.facts.folder === undefined ? {} : { folder: whole.facts.folder }),
    turns,
    loose: built ? [] : [...new Set(line.map(({ of }) => of))].flatMap(({ loose }) => loose),
    agents: built ? new Map() : agents,
    documents,
  };
}

/** Returns the threads that end at each step inside a turn, with the records of the whole of it. */
export function* cutThreads(whole: Whole, leaf: TurnId, all: readonly Whole[] = [whole]): Generator<{ step: number; thread: Exported }> {
  const thread = exportedOf(whole, leaf, all);
  const last = thread.turns.at(-1);
  for (let step = 1; last?.records && step < last.turn.steps.length; step += 1)
    yield { step, thread: { ...thread, turns: [...thread.turns.slice(0, -1), { turn: cutTurn(last.turn, step), whole: last.records }] } };
}

const uuid = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Returns a target; the same one gives the same ids each time that it is asked for. */
export function targetOf(exporter: Exporter, more: Partial<Target> = {}, seed = ''): Target {
  let count = 0;
  return {
    root: `/home/u/.${exporter.tool}`,
    cwd: '/w/here',
    ids: {
      native: uuid(`native ${seed}`),
      forTurn: (turn, role) => turnMark(turn, role, createHash('sha256').update(`${turn} ${seed}`).digest().subarray(0, randomBytes)),
      fresh: () => {
        count += 1;
        return uuid(`fresh ${count} ${seed}`);
      },
    },
    now: Date.UTC(2026, 10, 20, 12),
    settings: new Map(),
    ...more,
  };
}

/** Reads the conversation that was written, companions too, from memory. */
export async function readBack(importer: Importer, { root }: Target, { files }: Written): Promise<Whole> {
  const [main] = files;
  if (!main) throw new Error('nothing was written');
  return wholeIn(importer, root, files, main.path);
}

async function wholeIn(importer: Importer, root: string, files: Written['files'], path: string): Promise<Whole> {
  const absolute = join(root, path);
  const companions = dirname(absolute);
  const stamp = { dev: 0, inode: 0, size: 0, mtimeMs: 0, companions: '' };
  const source: Source = { tool: importer.tool, key: absolute, path: absolute, companions, stamp };
  const data = files.find((file) => file.path === path)?.bytes ?? new Uint8Array(0);
  const beside = (name: string) => files.find((file) => join(root, file.path) === join(companions, name))?.bytes;
  const reading: Importer = {
    ...importer,
    scan: (given, context) => importer.scan(given, { ...context, companion: async (name) => beside(name) }),
    turns: (given, context, cursor, ids) => importer.turns(given, { ...context, companion: async (name) => beside(name) }, cursor, ids),
  };
  return wholeOf(reading, source, data);
}

/** Returns what was read back, root to active turn, in the form in which it was promised. */
export function toldOf(whole: Whole): Told[] {
  const leaf = whole.facts.active ?? whole.outlines.filter(({ agent }) => agent === undefined).at(-1)?.id;
  if (!leaf) return [];
  return pathTo(whole, leaf).flatMap((id): Told[] => {
    const turn = whole.turns.get(id);
    if (!turn) return [];
    const { role, kind, stop, steps } = turn;
    return [{ id, role, ...(kind === undefined ? {} : { kind }), ...(stop === undefined ? {} : { stop }), steps }];
  });
}

/** Returns turns as plain JSON, bytes in base64, so that they compare by content. */
export function comparable(told: readonly Told[]): unknown {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(plain);
    return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item)]])));
  };
  return plain(told);
}
