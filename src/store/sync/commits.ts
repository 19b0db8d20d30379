import type { Commits } from '../../model/sync/reconcile.ts';
import type { RecordIds } from '../../model/turn.ts';
import { isReachable } from '../ancestry.ts';
import { plainText } from '../commit.ts';
import type { GitEngine, NewCommit, ObjectWriter, Oid } from '../git.ts';
import { readTurnFile } from '../layout.ts';
import { decodeCommit, isOid } from '../objects.ts';
import { recordsOf } from '../stored-lines.ts';
import { filesBelow } from '../trees.ts';
import { rankOf, syncLine } from './lines.ts';

type Files = ReadonlyMap<string, Oid>;

/** Returns the commits of a store for reconciling; those that join two lines are written by `writer`. */
export function storeCommits(engine: GitEngine, writer: ObjectWriter): Commits {
  /** What was written stands in no pack that is open. */
  const made = new Map<string, { files: Files; time: number; rank: number }>();
  const told = async (commit: Oid) =>
    made.get(commit) ?? { files: await filesBelow(engine, `${commit}^{tree}`), ...(await read(engine, commit)) };
  return {
    has: async (commit) => isOid(commit) && (await engine.read(commit)) !== undefined,
    line: (commit) => syncLine(engine, commit as Oid),
    isAncestor: (commit, of) => isReachable(engine, commit as Oid, [of as Oid]),
    async join(greater, lesser) {
      const [one, other] = [await told(greater as Oid), await told(lesser as Oid)];
      const changes = await unionOf(engine, one, other);
      const time = Math.max(one.time, other.time);
      const text = plainText('Join', time, [['Convo-Join', lesser]]);
      const joined = await writer.id(await writer.commit({ parents: [greater as Oid, lesser as Oid], changes, text }));
      made.set(joined, { files: new Map([...one.files, ...changes]), time, rank: one.rank });
      return joined;
    },
  };
}

async function read(engine: GitEngine, commit: Oid): Promise<{ time: number; rank: number }> {
  const object = await engine.read(commit);
  return { time: object ? decodeCommit(object.content, commit).time : 0, rank: await rankOf(engine, commit) };
}

interface Side {
  files: Files;
  rank: number;
}

/** What a join's tree has that the greater's has not: sub-agents, attachments, and pages that tell of more records (format.md 3, 4). */
async function unionOf(engine: GitEngine, greater: Side, lesser: Side): Promise<[path: string, blob: Oid][]> {
  const changes: [string, Oid][] = [];
  for (const [path, blob] of lesser.files) {
    const standing = greater.files.get(path);
    const isMissing = standing === undefined && /^(agents|attachments)\//.test(path);
    const isOther =
      standing !== undefined && standing !== blob && greater.rank === lesser.rank && readTurnFile(path.split('/').at(-1) ?? '');
    if (isMissing || (isOther && (await tellsMore(engine, blob, standing, path)))) changes.push([path, blob]);
  }
  return changes satisfies NewCommit['changes'];
}

async function tellsMore(engine: GitEngine, one: Oid, other: Oid, path: string): Promise<boolean> {
  const [a, b] = [await recordsAt(engine, one, path), await recordsAt(engine, other, path)];
  return a.kept.length - b.kept.length > 0 || (a.kept.length === b.kept.length && a.others.length > b.others.length);
}

async function recordsAt(engine: GitEngine, blob: Oid, path: string): Promise<RecordIds> {
  const page = await engine.read(blob);
  return page ? recordsOf(Buffer.from(page.content).toString('utf8'), path) : { kept: [], others: [] };
}
