import type { TurnId } from '../model/ids.ts';
import type { Oid } from '../store/git.ts';
import type { Context } from './context.ts';

export interface HistoryCommit {
  parents: readonly Oid[];
  turn?: TurnId;
}

/** Returns every commit that these reach, themselves included; first parents come before what was merged. */
export async function history(context: Context, tips: readonly Oid[]): Promise<Map<Oid, HistoryCommit>> {
  const reader = await context.reader();
  const commits = new Map<Oid, HistoryCommit>();
  const starts = [...tips];
  for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
    for await (const { oid, parents, turn } of reader.commits(start)) {
      if (commits.has(oid)) break;
      commits.set(oid, { parents, ...(turn === undefined ? {} : { turn }) });
      starts.push(...parents.slice(1));
    }
  }
  return commits;
}
