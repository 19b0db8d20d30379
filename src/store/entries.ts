import { type Card, tagsOf } from '../model/card.ts';
import type { ConversationId, TurnId } from '../model/ids.ts';
import { headOf } from '../model/page/head.ts';
import type { Role } from '../model/turn.ts';
import { threadsOf } from './branches.ts';
import type { BranchEntry, Entry, StoredTurn } from './entry.ts';
import type { GitEngine, ObjectName, Oid } from './git.ts';
import { branchPrefix, headsPrefix } from './layout.ts';
import { decodeCommit, isOid } from './objects.ts';
import { treesOf } from './trees.ts';

/** An entry with the ids of all its turns, separated by spaces. */
export interface Listed {
  entry: Entry;
  ids: string;
}

/** A branch with its turns, root first. */
export interface Branch<Turn extends Pick<StoredTurn, 'id' | 'n'> = Pick<StoredTurn, 'id' | 'n'>> {
  name: string;
  tip: Oid;
  turns: readonly Turn[];
  /** Seconds since 1970 of the tip. */
  time: number;
}

/** Conversations whose trees are read together. */
const batch = 500;

/** Entries of before, of some conversations. */
type Before = ReadonlyMap<ConversationId, Entry | undefined>;

/**
 * Returns the entries of cards, from their refs and trees; reads two pages a conversation, but of one that stood in `before` and of which the
 * active branch did not move.
 */
export async function entriesOf(engine: GitEngine, cards: readonly Card[], before: Before = new Map()): Promise<Listed[]> {
  const listed: Listed[] = [];
  const few = cards.length < 4;
  const refs = few ? undefined : await engine.refs(headsPrefix);
  const byFolder = new Map<string, { name: string; tip: Oid }[]>();
  for (const ref of refs ?? []) {
    const cut = ref.name.lastIndexOf('/') + 1;
    const folder = ref.name.slice(0, cut);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), { name: ref.name.slice(cut), tip: ref.oid }]);
  }
  for (let at = 0; at < cards.length; at += batch) {
    const some = cards.slice(at, at + batch);
    const tips: { name: string; tip: Oid }[][] = [];
    for (const card of some) {
      const prefix = branchPrefix(card.tool, card.id);
      const own = few
        ? (await engine.refs(prefix)).map((ref) => ({ name: ref.name.slice(prefix.length), tip: ref.oid }))
        : byFolder.get(prefix);
      tips.push(own ?? []);
    }
    listed.push(...(await entriesOfBatch(engine, some, tips, before)));
  }
  return listed;
}

async function entriesOfBatch(
  engine: GitEngine,
  cards: readonly Card[],
  tips: readonly { name: string; tip: Oid }[][],
  before: Before,
): Promise<Listed[]> {
  const flat = tips.flat();
  const threads = await threadsOf(
    engine,
    flat.map(({ tip }) => tip),
  );
  const times: number[] = [];
  for await (const commit of engine.readMany(flat.map(({ tip }) => tip))) times.push(commit ? decodeCommit(commit.content).time : 0);
  let index = 0;
  const branches = tips.map((own) =>
    own.map(({ name, tip }): Branch<StoredTurn> => ({ name, tip, turns: threads[index] ?? [], time: times[index++] ?? 0 })),
  );
  const told = cards.map((card, at) => toldBefore(before.get(card.id), branches[at] ?? [], card.active ?? 'main'));
  const ends = branches.map((own, at) => (told[at] ? [] : endsOf(own, cards[at]?.active ?? 'main')));
  const heads: (ReturnType<typeof headOf> | undefined)[][] = [];
  const pages = engine.readMany(ends.flat().flatMap((turn) => turn?.blob ?? []))[Symbol.asyncIterator]();
  for (const own of ends) {
    const read: (typeof heads)[number] = [];
    for (const turn of own) {
      const page = turn && (await pages.next()).value;
      read.push(page && headOf(Buffer.from(page.content).toString('utf8')));
    }
    heads.push(read);
  }
  const agents = await agentsOf(
    engine,
    cards,
    branches.map((own, at) => (told[at] ? [] : own)),
  );
  return cards.map((card, at) =>
    listedOf(card, branches[at] ?? [], {
      ...(told[at] ?? { started: heads[at]?.[0]?.time, model: heads[at]?.[1]?.model, agents: agents[at] ?? [] }),
      answered: branches[at]?.some(({ turns }) => hasAnswer(turns)) ?? false,
    }),
  );
}

/** What an entry of before tells of the active branch, which still stands where it stood. */
function toldBefore(before: Entry | undefined, branches: readonly Branch[], named: string): Omit<Told, 'answered'> | undefined {
  const active = activeOf(branches, named);
  if (!before || !active || before.absent || before.active !== active.name) return undefined;
  const isSame = before.branches.some(({ name, tip }) => name === active.name && tip === active.tip);
  // Of a line that another one tells in full, that one counts as active, but its own ends are told.
  if (!isSame || before.branches.some(({ within }) => within !== undefined)) return undefined;
  return { started: before.started, model: before.model, agents: before.agents ?? [] };
}

/** The sub-agents whose threads stand on the active branch of each. */
async function agentsOf(engine: GitEngine, cards: readonly Card[], branches: readonly Branch[][]): Promise<string[][]> {
  const tips = branches.map((own, at) => activeOf(own, cards[at]?.active ?? 'main')?.tip);
  const folders = await treesOf(
    engine,
    tips.flatMap((tip): ObjectName[] => (tip ? [`${tip}:agents`] : [])),
  );
  let index = 0;
  return tips.map((tip) => (tip ? (folders[index++] ?? []).map(({ name }) => name) : []));
}

const activeOf = <One extends Branch>(branches: readonly One[], active: string) =>
  branches.find(({ name }) => name === active) ?? branches.find(({ name }) => name === 'main') ?? branches[0];

/** Tells whether an answer follows a prompt. */
export const hasAnswer = (turns: readonly { role: Role }[]): boolean =>
  turns.some(({ role }, index) => role === 'assistant' && turns[index - 1]?.role === 'user');

/** The first turn, and the last one of the assistant, of the active branch. */
function endsOf(branches: readonly Branch<StoredTurn>[], active: string): [StoredTurn | undefined, StoredTurn | undefined] {
  const turns = activeOf(branches, active)?.turns ?? [];
  return [turns[0], turns.findLast((turn) => turn.role === 'assistant')];
}

/** What the pages of a conversation tell the listing: those of the active branch, and whether a prompt was answered on any. */
export interface Told {
  /** ISO 8601 UTC, of the first turn. */
  started: string | undefined;
  /** Of the last turn of the assistant. */
  model: string | undefined;
  /** Folders of the sub-agents in the tree, in its order. */
  agents: readonly string[];
  answered: boolean;
}

/** Returns how a conversation is listed; no branches: only its card is here. */
export function listedOf(card: Card, branches: readonly Branch[], { started, model, agents, answered }: Told): Listed {
  if (branches.length === 0 && Object.keys(card.branches).length > 0) return { entry: absentEntry(card), ids: '' };
  const ordered = [...branches].sort((a, b) => Number(b.name === 'main') - Number(a.name === 'main') || (a.name < b.name ? -1 : 1));
  const named = ordered.find(({ name }) => name === card.active) ?? ordered[0];
  const active = ordered.find((branch) => named && holds(branch, named)) ?? named;
  const newest = Math.max(0, ...branches.map(({ time }) => time));
  const entry: Entry = {
    id: card.id,
    tool: card.tool,
    title: card.title ?? '',
    project: card.project ?? '',
    ...(started ? { started } : {}),
    ...(newest > 0 ? { updated: new Date(newest * 1000).toISOString() } : {}),
    turns: active?.turns.length ?? 0,
    answered,
    ...(model ? { model } : {}),
    active: active?.name ?? 'main',
    branches: ordered.map((branch) => branchEntry(card, branch, ordered)),
    natives: [...new Set(card.native.map(({ source }) => source))],
    ...labelsOf(card),
    ...(agents.length > 0 ? { agents: [...agents] } : {}),
    ...(card.links?.length ? { links: card.links } : {}),
  };
  const ids = new Set<TurnId>();
  for (const { turns } of branches) for (const { id } of turns) ids.add(id);
  return { entry, ids: [...ids].join(' ') };
}

/** A conversation that a lazy clone has not fetched yet. */
function absentEntry(card: Card): Entry {
  const branches = Object.entries(card.branches).flatMap(([name, { at, label }]): BranchEntry[] =>
    isOid(at) ? [{ name, ...(label ? { label } : {}), tip: at, turns: 0 }] : [],
  );
  return {
    id: card.id,
    tool: card.tool,
    title: card.title ?? '',
    project: card.project ?? '',
    turns: 0,
    answered: true,
    active: card.active ?? 'main',
    branches,
    natives: [...new Set(card.native.map(({ source }) => source))],
    ...labelsOf(card),
    ...(card.links?.length ? { links: card.links } : {}),
    absent: true,
  };
}

function labelsOf(card: Card): Pick<Entry, 'tags' | 'status' | 'priority' | 'intent'> {
  const tags = tagsOf(card);
  const { status, priority, intent } = card;
  return { ...(tags.length > 0 ? { tags } : {}), ...(status && { status }), ...(priority && { priority }), ...(intent && { intent }) };
}

function branchEntry(card: Card, branch: Branch, all: readonly Branch[]): BranchEntry {
  const label = card.branches[branch.name]?.label;
  const from = leaves(branch, all.slice(0, all.indexOf(branch)));
  const whole = all.find((other) => holds(other, branch));
  return {
    name: branch.name,
    ...(label && label !== branch.name ? { label } : {}),
    tip: branch.tip,
    turns: branch.turns.length,
    ...(branch.time > 0 ? { updated: new Date(branch.time * 1000).toISOString() } : {}),
    ...(from ? { from } : {}),
    ...(whole ? { within: whole.name } : {}),
  };
}

/** A detached line whose turns another line tells too, behind what the detached one does not know. */
function holds(whole: Branch, { turns: part }: Branch): boolean {
  const at = whole.turns.findIndex(({ id }) => id === part[0]?.id);
  return at > 0 && part.every(({ id }, index) => whole.turns[at + index]?.id === id);
}

/** The earlier branch with which a branch shares most turns, and the last of those. */
function leaves(branch: Branch, before: readonly Branch[]): BranchEntry['from'] {
  let best: { branch: string; turn: TurnId; n: number } | undefined;
  for (const other of before) {
    let shared = best?.n ?? 0;
    if (shared > 0 && branch.turns[shared]?.id !== other.turns[shared]?.id) continue;
    while (shared < branch.turns.length && branch.turns[shared]?.id === other.turns[shared]?.id) shared += 1;
    const last = branch.turns[shared - 1];
    if (last && last.n > (best?.n ?? 0)) best = { branch: other.name, turn: last.id, n: last.n };
  }
  return best;
}
