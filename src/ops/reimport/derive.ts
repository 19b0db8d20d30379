import type { TurnOutline } from '../../importers/importer.ts';
import type { Card } from '../../model/card.ts';
import type { ToolId, TurnId } from '../../model/ids.ts';
import { headOf } from '../../model/page/head.ts';
import { redact } from '../../model/redaction.ts';
import { replacedBy } from '../../model/replaced.ts';
import type { Turn } from '../../model/turn.ts';
import { threadOf } from '../../store/branches.ts';
import { plainText } from '../../store/commit.ts';
import type { BranchEntry, Entry, StoredTurn } from '../../store/entry.ts';
import type { NewCommit, Written } from '../../store/git.ts';
import { branchRef } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import type { Transaction } from '../../store/transaction.ts';
import { madeIn } from '../import/marks.ts';
import { type Scanned, turnsOf } from '../import/scan.ts';
import { sourceName } from '../import/source-names.ts';
import { writeTurn } from '../import/turn-files.ts';

export interface Derived {
  tip: Written;
  turns: number;
  changed: TurnId[];
}

/** Derives one branch again from its source; undefined when the same pages come out, or when no source is bound to it. */
export async function deriveBranch(
  store: Store,
  transaction: Transaction,
  entry: Entry,
  branch: BranchEntry,
  card: Card,
  sources: readonly Scanned[],
): Promise<Derived | undefined> {
  const bound = new Set(card.native.filter((row) => row.branch === branch.name).map(({ source }) => source));
  const own = sources.filter((one) => !one.facts.agent && bound.has(sourceName(one)));
  const thread = await threadOf(store.engine, branch.tip);
  const paths = own.map((source) => ({ source, path: pathOf(source, thread) })).sort((a, b) => b.path.length - a.path.length);
  const [longest] = paths;
  if (!longest || longest.path.length === 0) return undefined;
  const { source, path } = longest;
  const changes = await changedPages(store, transaction, { tool: entry.tool, sources: own, path }, thread);
  if (changes.length === 0) return undefined;
  const time = Math.floor(Date.parse(branch.updated ?? '') / 1000) || 0;
  const text = plainText('Derived again', time, [['Convo-Reimport', String(source.importer.generation)]]);
  const tip = await transaction.writer.commit({ parents: [branch.tip], changes: changes.flatMap(({ files }) => files), text });
  transaction.move(branchRef(entry.tool, entry.id, branch.name), branch.tip, tip);
  return { tip, turns: path.length, changed: changes.map(({ turn }) => turn) };
}

/** The turns of the source from its root to the last stored turn that it still has. */
function pathOf({ turns }: Scanned, thread: readonly StoredTurn[]): TurnOutline[] {
  const byId = new Map(turns.filter(({ agent }) => agent === undefined).map((turn) => [turn.id, turn]));
  const leaf = thread.findLast(({ id }) => byId.has(id));
  const path: TurnOutline[] = [];
  for (let at = leaf && byId.get(leaf.id); at; at = at.parent === null ? undefined : byId.get(at.parent)) path.push(at);
  return path.reverse();
}

interface ChangedPage {
  turn: TurnId;
  files: NewCommit['changes'];
}

/** What a branch is derived from: the turns that it is to have, and the sources that tell them. */
interface Telling {
  tool: ToolId;
  sources: readonly Scanned[];
  path: readonly TurnOutline[];
}

/** For each source the turns that it tells most fully; turns that convo wrote into it are told by the others alone. */
function toldBy({ sources, path }: Telling): Map<Scanned, Set<TurnId>> {
  const fullest = new Map<TurnId, { source: Scanned; records: number }>();
  for (const source of sources) {
    for (const { id, marked, records } of source.turns) {
      const size = records.kept.length + records.others.length;
      if (!marked && size > (fullest.get(id)?.records ?? -1)) fullest.set(id, { source, records: size });
    }
  }
  const told = new Map<Scanned, Set<TurnId>>();
  for (const { id } of path) {
    const source = fullest.get(id)?.source;
    if (source) told.set(source, (told.get(source) ?? new Set()).add(id));
  }
  return told;
}

/** Pages that come out differently, and those that a newer importer no longer makes; turns that people made stay. */
async function changedPages(
  store: Store,
  transaction: Transaction,
  telling: Telling,
  thread: readonly StoredTurn[],
): Promise<ChangedPage[]> {
  const { path, tool } = telling;
  const told = toldBy(telling);
  const stored = new Map(thread.map((turn) => [turn.id, turn]));
  const place = new Map(
    path.map(({ id }, index) => [id, { n: index + (stored.get(path[0]?.id ?? id)?.n ?? 1), parent: path[index - 1]?.id }]),
  );
  const changes: ChangedPage[] = [];
  const replaced = await replacedIn(
    store,
    thread.filter(({ id }) => !place.has(id)),
  );
  const derived = new Set([...told.values()].flatMap((ids) => [...ids]));
  for (const { id } of path) if (!derived.has(id)) stored.delete(id);
  for await (const [turn, source] of eachTurn(store, told)) {
    const at = place.get(turn.id);
    const old = stored.get(turn.id);
    stored.delete(turn.id);
    if (replaced.has(turn.id)) continue;
    const parent = at?.parent ?? (old ? await storedParent(store, old) : null);
    const [page, ...attachments] = await writeTurn(
      transaction.writer,
      redact({ ...turn, n: at?.n ?? 0, parent, ...madeIn(source, { tool }) }),
      (await store.profile())?.limits,
    );
    const [name, blob] = page ?? [];
    if (!name || !blob) continue;
    if (old && old.path === name && (typeof blob === 'object' ? await transaction.writer.id(blob) : blob) === old.blob) continue;
    changes.push({
      turn: turn.id,
      files: [...(old && old.path !== name ? [[old.path, null] as [string, null]] : []), [name, blob], ...attachments],
    });
  }
  for (const turn of stored.values()) {
    if (place.size > 0 && turn.n >= (place.values().next().value?.n ?? 1) && !(await isMadeByPerson(store, turn)))
      changes.push({ turn: turn.id, files: [[turn.path, null]] });
  }
  return changes;
}

async function* eachTurn(store: Store, told: ReadonlyMap<Scanned, ReadonlySet<TurnId>>): AsyncGenerator<[Turn, Scanned]> {
  for (const [source, ids] of told) for await (const turn of turnsOf(source, store.host, ids)) yield [turn, source];
}

/** The turns that people corrected or took out: others stand in their places. */
async function replacedIn(store: Store, turns: readonly StoredTurn[]): Promise<Set<string>> {
  const heads = await Promise.all(turns.map((turn) => headOfStored(store, turn)));
  return new Set(heads.flatMap((head) => (head && replacedBy(head)) ?? []));
}

async function headOfStored(store: Store, { blob }: StoredTurn) {
  const page = await store.engine.read(blob);
  return page && headOf(Buffer.from(page.content).toString('utf8'));
}

const storedParent = async (store: Store, turn: StoredTurn): Promise<TurnId | null> => (await headOfStored(store, turn))?.parent ?? null;

async function isMadeByPerson(store: Store, turn: StoredTurn): Promise<boolean> {
  const head = await headOfStored(store, turn);
  return head?.kind === 'merge' || head?.kind === 'reverted' || head?.origin !== undefined;
}
