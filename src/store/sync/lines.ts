import { fail } from '../../errors.ts';
import { shortHash } from '../../model/hash.ts';
import { bodyOf } from '../../model/page/print.ts';
import type { SyncLine, SyncTurn } from '../../model/sync/line.ts';
import { chain, threadOf } from '../branches.ts';
import { trailer } from '../commit.ts';
import type { StoredTurn } from '../entry.ts';
import type { GitEngine, Oid } from '../git.ts';
import { decodeCommit } from '../objects.ts';
import { recordsOf } from '../stored-lines.ts';

/** Returns the line of a tip as reconciling compares it: reads every page of its tree. Throws `bad-page`, `bad-object`. */
export async function syncLine(engine: GitEngine, tip: Oid): Promise<SyncLine> {
  const turns = await syncTurns(engine, await threadOf(engine, tip));
  return { turns, rank: await rankOf(engine, tip) };
}

/** Returns stored turns as reconciling compares them. What people make has no records: its body stands for them. */
export async function syncTurns(engine: GitEngine, turns: readonly StoredTurn[]): Promise<SyncTurn[]> {
  const told: SyncTurn[] = [];
  for await (const page of engine.readMany(turns.map(({ blob }) => blob))) {
    const turn = turns[told.length];
    if (!turn || !page) throw fail('bad-object', { oid: turn?.blob ?? '', reason: 'a page is missing' });
    const text = Buffer.from(page.content).toString('utf8');
    const { kept, others } = recordsOf(text, turn.path);
    const isMade = kept.length + others.length === 0;
    told.push({ turn: turn.id, kept: isMade ? [`=${shortHash(bodyOf(text))}`] : kept, others: others.length });
  }
  return told;
}

/** Returns the newest generation by which turns of the branch were derived again; 0 where none was. */
export async function rankOf(engine: GitEngine, tip: Oid): Promise<number> {
  let rank = 0;
  for await (const { oid, turn } of chain(engine, tip)) {
    if (turn !== undefined) continue;
    const commit = await engine.read(oid);
    const generation = commit && Number(trailer(decodeCommit(commit.content).message, 'Convo-Reimport') ?? 0);
    rank = Math.max(rank, Number.isSafeInteger(generation) ? (generation ?? 0) : 0);
  }
  return rank;
}
