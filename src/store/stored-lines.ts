import { fail } from '../errors.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { Line, LineTurn } from '../model/placement.ts';
import { parseRecords } from '../model/records.ts';
import type { RecordIds } from '../model/turn.ts';
import { branchesOf, chain, threadsOf } from './branches.ts';
import type { StoredTurn } from './entry.ts';
import type { GitEngine, Oid } from './git.ts';

/** The branches of a conversation as placement sees them, and the times of their commits. */
export interface StoredLines {
  lines: Line[];
  /** Seconds since 1970 by commit. */
  times: Map<string, number>;
  tips: Map<string, Oid>;
}

/**
 * Returns the branches of a conversation, `main` first. `kept` tells a turn's kept records where the caller knows them;
 * for the others the page is read.
 */
export async function storedLines(
  engine: GitEngine,
  tool: ToolId,
  id: ConversationId,
  sourceOf: (branch: string) => string | undefined,
  kept: (branch: string, turn: TurnId) => readonly string[] | undefined,
): Promise<StoredLines> {
  const tips = await branchesOf(engine, tool, id);
  const names = [...tips.keys()].sort((a, b) => Number(b === 'main') - Number(a === 'main') || (a < b ? -1 : 1));
  const threads = await threadsOf(
    engine,
    names.map((name) => tips.get(name) as Oid),
  );
  const times = new Map<string, number>();
  const lines: Line[] = [];
  for (const [index, branch] of names.entries()) {
    const tip = tips.get(branch) as Oid;
    const thread = threads[index] ?? [];
    const keptOf = await keptRecords(engine, thread, (turn) => kept(branch, turn));
    const source = sourceOf(branch);
    lines.push({
      branch,
      tip: { commit: tip },
      turns: await lineTurns(engine, tip, thread, keptOf, times),
      ...(source === undefined ? {} : { source }),
    });
  }
  return { lines, times, tips };
}

async function lineTurns(
  engine: GitEngine,
  tip: Oid,
  thread: readonly StoredTurn[],
  kept: ReadonlyMap<TurnId, readonly string[]>,
  times: Map<string, number>,
): Promise<LineTurn[]> {
  const n = new Map(thread.map((turn) => [turn.id, turn.n]));
  const commits = [];
  for await (const commit of chain(engine, tip)) commits.push(commit);
  const turns: LineTurn[] = [];
  for (const { oid, turn, time } of commits.reverse()) {
    times.set(oid, time);
    const last = turns.at(-1);
    if (turn === undefined) continue;
    if (last?.turn === turn) last.point = { commit: oid };
    else if (!turns.some((known) => known.turn === turn)) {
      turns.push({ turn, n: n.get(turn) ?? turns.length + 1, kept: kept.get(turn) ?? [], point: { commit: oid } });
    }
  }
  return turns;
}

async function keptRecords(
  engine: GitEngine,
  thread: readonly StoredTurn[],
  known: (turn: TurnId) => readonly string[] | undefined,
): Promise<Map<TurnId, readonly string[]>> {
  const kept = new Map<TurnId, readonly string[]>();
  const unknown: StoredTurn[] = [];
  for (const turn of thread) {
    const records = known(turn.id);
    if (records) kept.set(turn.id, records);
    else unknown.push(turn);
  }
  let index = 0;
  for await (const page of engine.readMany(unknown.map(({ blob }) => blob))) {
    const turn = unknown[index++];
    if (turn && page) kept.set(turn.id, recordsOf(Buffer.from(page.content).toString('utf8'), turn.path).kept);
  }
  return kept;
}

/** The records line is the last one of a page. */
function recordsOf(page: string, path: string): RecordIds {
  const text = page.trimEnd();
  const records = parseRecords(text.slice(text.lastIndexOf('\n') + 1));
  if (!records) throw fail('bad-page', { reason: `${path} has no records line` });
  return records;
}
