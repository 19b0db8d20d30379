import { fail } from '../errors.ts';
import type { TurnId } from '../model/ids.ts';
import { headOf } from '../model/page/head.ts';
import type { Line, LineTurn } from '../model/placement.ts';
import { parseRecords } from '../model/records.ts';
import { replacedBy } from '../model/replaced.ts';
import type { RecordIds } from '../model/turn.ts';
import { type ChainCommit, chain, threadOf, threadsOf } from './branches.ts';
import type { StoredTurn } from './entry.ts';
import type { GitEngine, Oid } from './git.ts';

/** The branches of a conversation as placement sees them, and the times of their commits. */
export interface StoredLines {
  lines: Line[];
  /** Seconds since 1970 by commit. */
  times: Map<string, number>;
  tips: ReadonlyMap<string, Oid>;
}

/** What placement compares of a stored page. */
export type StoredRecords = Pick<LineTurn, 'kept' | 'others'>;

/**
 * Returns the branches of a conversation by their tips, `main` first. `known` tells a turn's records where the caller knows them; for the
 * others the page is read.
 */
export async function storedLines(
  engine: GitEngine,
  tips: ReadonlyMap<string, Oid>,
  sourcesOf: (branch: string) => readonly string[],
  known: (branch: string, turn: TurnId) => StoredRecords | undefined,
): Promise<StoredLines> {
  const names = [...tips.keys()].sort((a, b) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1));
  const threads = await threadsOf(
    engine,
    names.map((name) => tips.get(name) as Oid),
  );
  const commits = new Map<Oid, ChainCommit>();
  const lines: Line[] = [];
  for (const [index, branch] of names.entries()) {
    const tip = tips.get(branch) as Oid;
    const thread = threads[index] ?? [];
    const { records, replaced } = await storedRecords(engine, thread, (turn) => known(branch, turn));
    const turns = await lineTurns(engine, tip, thread, records, commits, replaced);
    const end = thread.at(-1)?.id;
    lines.push({
      branch,
      tip: { commit: tip },
      turns,
      sources: sourcesOf(branch),
      ...(end === undefined || end === turns.at(-1)?.turn ? {} : { end }),
      ...(replaced.size > 0 ? { replaced } : {}),
    });
  }
  return { lines, times: new Map([...commits.values()].map(({ oid, time }) => [oid, time])), tips };
}

async function lineTurns(
  engine: GitEngine,
  tip: Oid,
  thread: readonly StoredTurn[],
  records: ReadonlyMap<TurnId, StoredRecords>,
  commits: Map<Oid, ChainCommit>,
  replaced: ReadonlySet<TurnId>,
): Promise<LineTurn[]> {
  const n = new Map(thread.map((turn) => [turn.id, turn.n]));
  const own: ChainCommit[] = [];
  for await (const commit of chain(engine, tip, commits)) own.push(commit);
  const turns: LineTurn[] = [];
  const placed = new Set<TurnId>();
  for (const { oid, turn } of own.reverse()) {
    const last = turns.at(-1);
    if (turn === undefined) continue;
    if (last?.turn === turn) last.point = { commit: oid };
    else if (!placed.has(turn)) {
      placed.add(turn);
      turns.push({ turn, n: n.get(turn) ?? turns.length + 1, ...(records.get(turn) ?? noRecords), point: { commit: oid } });
    }
  }
  for (const turn of turns) if (replaced.has(turn.turn)) Object.assign(turn, await replacedTurn(engine, turn));
  return turns;
}

/** A turn that was corrected or taken out stands in the tree of the commit that brought it. */
async function replacedTurn(engine: GitEngine, { turn, point }: LineTurn): Promise<Partial<LineTurn>> {
  const stored = 'commit' in point ? (await threadOf(engine, point.commit as Oid)).find(({ id }) => id === turn) : undefined;
  if (!stored) return {};
  const { records } = await storedRecords(engine, [stored], () => undefined);
  return { n: stored.n, ...records.get(turn) };
}

const noRecords: StoredRecords = { kept: [], others: 0 };

async function storedRecords(
  engine: GitEngine,
  thread: readonly StoredTurn[],
  known: (turn: TurnId) => StoredRecords | undefined,
): Promise<{ records: Map<TurnId, StoredRecords>; replaced: Set<TurnId> }> {
  const replaced = new Set<TurnId>();
  const records = new Map<TurnId, StoredRecords>();
  const unknown: StoredTurn[] = [];
  for (const turn of thread) {
    const told = known(turn.id);
    if (told) records.set(turn.id, told);
    else unknown.push(turn);
  }
  let index = 0;
  for await (const page of engine.readMany(unknown.map(({ blob }) => blob))) {
    const turn = unknown[index++];
    if (!turn || !page) continue;
    const text = Buffer.from(page.content).toString('utf8');
    const { kept, others } = recordsOf(text, turn.path);
    records.set(turn.id, { kept, others: others.length });
    const before = kept.length + others.length === 0 ? replacedBy(headOf(text)) : undefined;
    if (before) replaced.add(before);
  }
  return { records, replaced };
}

/** Returns the ids on a page's last line, the records line. Throws `bad-page`; `path` names the page then. */
export function recordsOf(page: string, path: string): RecordIds {
  const text = page.trimEnd();
  const records = parseRecords(text.slice(text.lastIndexOf('\n') + 1));
  if (!records) throw fail('bad-page', { reason: `${path} has no records line` });
  return records;
}
