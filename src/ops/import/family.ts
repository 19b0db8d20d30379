import { fail } from '../../errors.ts';
import { parseConversation } from '../../model/conversation.ts';
import { type ConversationId, conversationId, type ToolId, type TurnId } from '../../model/ids.ts';
import { ancestorsFirst, type Family, families, type Known, type LineageSource } from '../../model/lineage.ts';
import { type SessionMark, turnPrefix } from '../../model/mark.ts';
import { branchPrefix, conversationFile } from '../../store/layout.ts';
import type { RefIndex } from '../../store/ref-index.ts';
import type { Store } from '../../store/store.ts';
import { type Home, homeOf, isMarked, marksOf } from './marks.ts';
import type { Scanned } from './scan.ts';
import { sourceName } from './source-names.ts';

/** The sources of one run that belong to one conversation. */
export interface FamilyRun {
  tool: ToolId;
  id: ConversationId;
  /** Native id of the record that the id is made from. */
  origin: string;
  /** True when the store does not hold it yet. */
  isNew: boolean;
  /** Main sources, ancestors first. */
  members: Scanned[];
  /** Files of sub-agents. */
  agents: Scanned[];
}

export interface Families {
  runs: FamilyRun[];
  /** Sources without a turn that are still growing: nothing of them is stored yet. */
  waiting: Scanned[];
  /** Sources that convo resumed from a conversation whose branches are not here yet. */
  unplaced: Unplaced[];
}

/** The sources that wait for one conversation. */
export interface Unplaced {
  home: Home;
  sources: Scanned[];
}

/** Returns the conversations of a run's sources; new ones have their id now (DESIGN 2.1, Identity). */
export async function groupFamilies(store: Store, refs: RefIndex, scanned: readonly Scanned[], known: Known): Promise<Families> {
  const waiting = waitingOf(scanned, known);
  const ready = scanned.filter((source) => !waiting.has(source));
  const mains = new Set(ready.filter(({ facts }) => !facts.agent));
  const parentOf = new Map([...mains].map((main) => [`${main.importer.tool} ${main.facts.native}`, main]));
  const childOf = new Map<Scanned | ConversationId, Scanned[]>();
  for (const source of ready) {
    const of = source.facts.agent?.of;
    if (of === undefined) continue;
    const parent = parentOf.get(`${source.importer.tool} ${of}`) ?? known.byNative(source.importer.tool, of);
    if (parent === undefined) mains.add(source);
    else childOf.set(parent, [...(childOf.get(parent) ?? []), source]);
  }
  const byLineage = new Map<LineageSource, Scanned>();
  const marks = marksOf(mains);
  for (const main of mains) byLineage.set(lineageOf(main), main);
  const plain = [...byLineage].flatMap(([lineage, source]) => (marks.has(source) ? [] : [lineage]));
  const found = await byConversation(store, refs, families(plain, known));
  const marked = new Map([...byLineage].flatMap(([lineage, source]) => (marks.has(source) ? [[source, lineage] as const] : [])));
  const unplaced = new Map<ConversationId, Unplaced>();
  for (const [source, mark] of inOrder(marks)) {
    const lineage = marked.get(source);
    const home = homeOf(source, mark, known, refs) ?? homeAmong(found, mark);
    if (lineage && home) await comeHome(store, refs, found, home, lineage);
    else putUnplaced(unplaced, { tool: mark.tool, id: mark.conversation as ConversationId }, [source, ...(childOf.get(source) ?? [])]);
  }
  const runs: FamilyRun[] = [];
  for (const [id, family] of found) {
    const members = family.sources.map((source) => byLineage.get(source)).filter((source) => source !== undefined);
    const agents = [...members.flatMap((member) => childOf.get(member) ?? []), ...(childOf.get(id) ?? [])];
    childOf.delete(id);
    const isNew = family.known === undefined && refs.below(branchPrefix(family.tool, id)).size === 0;
    runs.push({ tool: family.tool, id, origin: originOf(family), isNew, members, agents });
  }
  for (const [id, agents] of childOf) {
    const tool = typeof id === 'string' ? (known.toolOf(id) ?? agents[0]?.importer.tool) : undefined;
    if (typeof id === 'string' && tool) runs.push({ tool, id, origin: '', isNew: false, members: [], agents });
  }
  return { runs, waiting: scanned.filter((source) => waiting.has(source)), unplaced: [...unplaced.values()] };
}

/** Those that were resumed from further up first: what one says may be the past of another. */
function inOrder(marks: ReadonlyMap<Scanned, SessionMark>): [Scanned, SessionMark][] {
  const depth = (source: Scanned, { prefix }: SessionMark) => {
    const at = source.turns.findIndex(({ id }) => turnPrefix(id) === prefix);
    return isMarked(source) && at >= 0 ? at : Number.POSITIVE_INFINITY;
  };
  const rank = ([a, one]: [Scanned, SessionMark], [b, other]: [Scanned, SessionMark]) => {
    const [left, right] = [depth(a, one), depth(b, other)];
    return left === right ? (sourceName(a) < sourceName(b) ? -1 : 1) : left - right;
  };
  return [...marks].sort(rank);
}

/** A conversation that this run begins. */
function homeAmong(found: ReadonlyMap<ConversationId, Family>, { tool, conversation }: SessionMark): Home | undefined {
  const id = conversation as ConversationId;
  return found.get(id)?.tool === tool ? { tool, id } : undefined;
}

/** Puts a marked source behind the other sources of its conversation. */
async function comeHome(
  store: Store,
  refs: RefIndex,
  found: Map<ConversationId, Family>,
  { tool, id }: Home,
  lineage: LineageSource,
): Promise<void> {
  const family = found.get(id) ?? { tool, known: id, sources: [], ...(await originAt(store, refs, { tool, id })) };
  found.set(id, { ...family, sources: [...family.sources, lineage] });
}

async function originAt(store: Store, refs: RefIndex, { tool, id }: Home): Promise<Pick<Family, 'origin'>> {
  const origin = await storedOrigin(store, refs, tool, id);
  return origin === undefined ? {} : { origin };
}

function putUnplaced(unplaced: Map<ConversationId, Unplaced>, home: Home, sources: readonly Scanned[]): void {
  const waiting = unplaced.get(home.id);
  unplaced.set(home.id, { home, sources: [...(waiting?.sources ?? []), ...sources] });
}

const originOf = ({ origin, sources }: Family): string => origin ?? sources[0]?.native ?? '';

/** Returns families by the id of their conversation: those that nothing but the store joins are one. */
async function byConversation(store: Store, refs: RefIndex, found: readonly Family[]): Promise<Map<ConversationId, Family>> {
  const byId = new Map<ConversationId, Family>();
  for (const family of found) {
    const { known, tool } = family;
    let id = known ?? (await newId(store, refs, tool, originOf(family)));
    let same = byId.get(id);
    if (known === undefined && same && same.known === undefined && originOf(same) !== originOf(family)) {
      id = conversationId(tool, originOf(family), 16);
      same = byId.get(id);
    }
    if (!same) byId.set(id, family);
    else byId.set(id, { ...family, ...same, sources: ancestorsFirst([...same.sources, ...family.sources]) });
  }
  return byId;
}

/** Sources that hold no turn yet, and the agents of those: an agent's file may be complete before its parent's first line is. */
function waitingOf(scanned: readonly Scanned[], known: Known): Set<Scanned> {
  const isEmpty = ({ turns, idle, importer, facts }: Scanned) =>
    turns.length === 0 && idle !== Number.POSITIVE_INFINITY && known.byNative(importer.tool, facts.native) === undefined;
  const waiting = new Set(scanned.filter(isEmpty));
  const parents = new Set([...waiting].map(({ importer, facts }) => `${importer.tool} ${facts.native}`));
  for (const source of scanned) {
    if (source.facts.agent && parents.has(`${source.importer.tool} ${source.facts.agent.of}`)) waiting.add(source);
  }
  return waiting;
}

function lineageOf(source: Scanned): LineageSource {
  const { facts, importer, turns } = source;
  return {
    tool: importer.tool,
    source: sourceName(source),
    native: facts.native,
    ...(facts.revision === undefined ? {} : { revision: facts.revision }),
    ...(facts.root === undefined ? {} : { root: facts.root }),
    parents: [...(facts.base ? [facts.base.native] : []), ...facts.parents],
    records: turns.reduce((total, { records }) => total + records.kept.length, 0),
    turns: turns
      .filter(({ agent }) => agent === undefined)
      .map(({ id, parent, time }) => ({ turn: id as TurnId, parent, ...(time === undefined ? {} : { time }) })),
  };
}

/** 10 characters, or 16 where another origin has those. */
async function newId(store: Store, refs: RefIndex, tool: ToolId, origin: string): Promise<ConversationId> {
  const id = conversationId(tool, origin);
  const standing = await storedOrigin(store, refs, tool, id);
  return standing === undefined || standing === origin ? id : conversationId(tool, origin, 16);
}

/** What the id of a stored conversation is made from; undefined where it has no branch. */
async function storedOrigin(store: Store, refs: RefIndex, tool: ToolId, id: ConversationId): Promise<string | undefined> {
  const [tip] = refs.below(branchPrefix(tool, id)).values();
  if (tip === undefined) return undefined;
  const page = await store.engine.read(`${tip}:${conversationFile}`);
  if (!page) throw fail('bad-page', { reason: `${tool}/${id} has no ${conversationFile}` });
  return parseConversation(Buffer.from(page.content).toString('utf8')).origin;
}
