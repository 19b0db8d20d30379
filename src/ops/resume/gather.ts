import type { Exported, ExportedAgent, ExportedTurn } from '../../exporters/exporter.ts';
import { forkId, type ToolId, type TurnId } from '../../model/ids.ts';
import { isSame } from '../../model/same.ts';
import type { Turn } from '../../model/turn.ts';
import { readCard } from '../../store/catalogue.ts';
import { homeOf } from '../../store/entry.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { rawAgents, rawSources } from '../import/raw-sources.ts';
import type { Target } from '../target.ts';
import { readTurns } from '../turns.ts';
import { wholeName } from '../whole-name.ts';
import { readSource, recordsIn, type ToldSource, turnsIn } from './told-source.ts';

/** Returns a thread as an exporter of a tool takes it: where the tool itself told a turn and nobody touched it, with its own records. */
export async function gather(context: Context, store: Store, target: Target, turns: readonly Turn[], tool: ToolId): Promise<Exported> {
  const { id, title, project } = target.entry;
  const sources = await tellingSources(store, target, turns, tool);
  const records = new Map<TurnId, Uint8Array[]>();
  const loose: Uint8Array[] = [];
  const documents = new Map<string, Uint8Array>();
  const cuts = new Map(turns.filter(isCut).map((turn) => [turn.origin as TurnId, turn]));
  for (const { source, ids } of sources) {
    const found = await recordsIn(store, source, ids);
    const changed = await changedCuts(store, source, cuts, ids);
    for (const [turn, own] of found.turns) if (own.length > 0 && !changed.has(turn)) records.set(turn, own);
    loose.push(...found.loose);
    for (const [key, bytes] of source.documents) documents.set(key, bytes);
  }
  const agents = await agentsOf(context, store, target, turns, { tool, sources: sources.map(({ source }) => source), documents });
  const folder = target.folder ?? sources.find(({ source }) => source.outline.facts.folder)?.source.outline.facts.folder;
  return {
    ...{ id, name: wholeName(target), tool: target.entry.tool, title, project, loose, agents, documents },
    ...(folder === undefined ? {} : { folder }),
    turns: turns.map((turn) => {
      const whole = isCut(turn) ? records.get(turn.origin as TurnId) : undefined;
      return { ...withRecords(turn, records.get(turn.id)), ...(whole ? { whole } : {}) };
    }),
  };
}

/** A turn that holds the first steps of another one, and nothing else. */
const isCut = ({ id, origin, edited, steps }: Turn): boolean =>
  origin !== undefined && edited === undefined && id === forkId(origin as TurnId, steps.length);

/** The turns of which steps were cut that a source tells otherwise than the cut has them. */
async function changedCuts(
  store: Store,
  source: ToldSource,
  cuts: ReadonlyMap<TurnId, Turn>,
  ids: ReadonlySet<TurnId>,
): Promise<Set<TurnId>> {
  const wanted = new Set([...ids].filter((id) => cuts.has(id)));
  const changed = new Set<TurnId>();
  for (const { id, steps } of wanted.size > 0 ? await turnsIn(store, source, wanted) : []) {
    const own = cuts.get(id)?.steps ?? [];
    if (!isSame(steps.slice(0, own.length), own)) changed.add(id);
  }
  return changed;
}

const withRecords = (turn: Turn, records: Uint8Array[] | undefined): ExportedTurn => ({ turn, ...(records ? { records } : {}) });

/** The sources of a tool that tell turns as the pages have them, each with those that it is taken for: rather one source than several. */
async function tellingSources(
  store: Store,
  { entry, branch }: Target,
  turns: readonly Turn[],
  tool: ToolId,
): Promise<{ source: ToldSource; ids: Set<TurnId> }[]> {
  const { conversation, branch: name } = homeOf(entry, branch);
  const rows = ((await readCard(store.engine, conversation))?.native ?? []).filter((row) => row.tool === tool);
  const cuts = turns.filter((turn) => isCut(turn) && (turn.tool ?? entry.tool) === tool);
  const own = turns.filter(isOfTool(entry.tool, tool));
  const wanted = new Map([...own.map((turn) => [turn.id, turn] as const), ...cuts.map((turn) => [turn.origin as TurnId, turn] as const)]);
  const found: { source: ToldSource; ids: Set<TurnId> }[] = [];
  const bound = new Set(rows.filter((row) => row.branch === name).map(({ source }) => source));
  const others = new Set(rows.map(({ source }) => source).filter((source) => !bound.has(source)));
  for (const names of [bound, others]) {
    if (wanted.size === 0 || names.size === 0) continue;
    const read: ToldSource[] = [];
    for await (const raw of rawSources(store, entry.tool, conversation, names)) read.push(await readSource(store, raw));
    for (let left = read; left.length > 0 && wanted.size > 0; ) {
      const [best] = left.map((source) => ({ source, ids: toldIn(source, wanted) })).sort((a, b) => b.ids.size - a.ids.size);
      if (!best || best.ids.size === 0) break;
      found.push(best);
      for (const id of best.ids) wanted.delete(id);
      left = left.filter((source) => source !== best.source);
    }
  }
  return found;
}

/** What people made, and what another tool made, has no records that the tool could read. */
const isOfTool = (birthplace: ToolId, tool: ToolId) => (turn: Turn) =>
  (turn.tool ?? birthplace) === tool && turn.origin === undefined && turn.edited === undefined && turn.records.kept.length > 0;

function toldIn({ outline }: ToldSource, wanted: ReadonlyMap<TurnId, Turn>): Set<TurnId> {
  const isSame = ({ id, marked, records: { kept } }: ToldSource['outline']['turns'][number]) => {
    const turn = wanted.get(id);
    const page = turn?.id === id ? turn.records.kept : turn && kept;
    return !marked && page?.length === kept.length && kept.every((record, index) => record === page[index]);
  };
  return new Set(outline.turns.filter(isSame).map(({ id }) => id));
}

interface Telling {
  tool: ToolId;
  sources: readonly ToldSource[];
  /** Takes the documents of the agents' files, too. */
  documents: Map<string, Uint8Array>;
}

/** The threads of the sub-agents that calls name: as raw tells them where the tool is the same, else as their pages do. */
async function agentsOf(
  context: Context,
  store: Store,
  target: Target,
  turns: readonly Turn[],
  telling: Telling,
): Promise<Map<string, ExportedAgent>> {
  const agents = new Map<string, ExportedAgent>();
  const files = namedIn(turns).length > 0 && telling.sources.length > 0 ? await agentFiles(store, target, telling) : new Map();
  const reader = await context.reader();
  const queue = namedIn(turns);
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (agents.has(id)) continue;
    const agent = (await agentIn(store, files.get(id) ?? telling.sources[0], id)) ?? { turns: [], loose: [] };
    if (agent.turns.length === 0)
      for await (const turn of readTurns(context, target.branch.tip, await reader.agentThread(target.branch.tip, id)))
        agent.turns.push({ turn });
    if (agent.turns.length === 0) continue;
    agents.set(id, agent);
    queue.push(...namedIn(agent.turns.map(({ turn }) => turn)));
  }
  return agents;
}

async function agentFiles(store: Store, { entry, branch }: Target, { tool, documents }: Telling): Promise<Map<string, ToldSource>> {
  const files = new Map<string, ToldSource>();
  for await (const raw of rawAgents(store, entry.tool, homeOf(entry, branch).conversation)) {
    if (raw.importer.tool !== tool) continue;
    const told = await readSource(store, raw);
    const id = told.outline.facts.agent?.id;
    if (id === undefined || (files.get(id)?.outline.turns.length ?? 0) > told.outline.turns.length) continue;
    files.set(id, told);
    for (const [key, bytes] of told.documents) documents.set(key, bytes);
  }
  return files;
}

/** The thread of an agent in a file of its own, or in that of its parent. */
async function agentIn(store: Store, told: ToldSource | undefined, id: string): Promise<ExportedAgent | undefined> {
  if (!told) return undefined;
  const isOwn = told.outline.facts.agent?.id === id;
  const ids = new Set(told.outline.turns.filter(({ agent }) => (isOwn ? agent === undefined : agent === id)).map((turn) => turn.id));
  if (ids.size === 0) return undefined;
  const { turns: records, loose } = await recordsIn(store, told, ids);
  const name = isOwn ? told.outline.facts.agent?.name : undefined;
  const turns = (await turnsIn(store, told, ids)).map((turn) => withRecords(turn, records.get(turn.id)));
  return { ...(name === undefined ? {} : { name }), turns, loose: isOwn ? loose : [] };
}

const namedIn = (turns: readonly Turn[]): string[] =>
  turns.flatMap(({ steps }) =>
    steps.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'tool-call' ? (part.agents ?? []) : []))),
  );
