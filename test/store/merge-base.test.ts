import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Oid } from '../../src/store/git.ts';
import { mergeBases, type WalkedCommit } from '../../src/store/merge-base.ts';
import { git, temporaryFolder } from './sandbox.ts';

/** For each commit its parents, among those before it, and its time. */
const histories = fc.array(fc.record({ parents: fc.array(fc.nat(), { maxLength: 3 }), time: fc.nat({ max: 20 }), near: fc.boolean() }), {
  minLength: 2,
  maxLength: 24,
});

const runs = process.env.CONVO_CAMPAIGN === 'full' ? 400 : 25;

test("the merge bases are git's, in any history and with any times", (t) => {
  const gitdir = join(temporaryFolder(t), 'store.git');
  git(gitdir, ['init', '-q', '--bare']);
  const property = fc.asyncProperty(histories, async (history) => {
    const stream = history.map(({ parents, time, near }, at) => {
      // Close parents make long histories, far ones criss-cross.
      const chosen = at === 0 ? [] : [...new Set(parents.map((parent) => (near ? Math.max(0, at - 1 - (parent % 3)) : parent % at)))];
      const lines = chosen.map((parent, index) => `${index === 0 ? 'from' : 'merge'} :${parent + 1}\n`).join('');
      const from = chosen.length === 0 ? `from ${'0'.repeat(40)}\n` : lines;
      return `commit refs/heads/b${at}\nmark :${at + 1}\ncommitter c <c@localhost> ${1_700_000_000 + time} +0000\ndata 1\nx\n${from}\n`;
    });
    git(gitdir, ['fast-import', '--quiet', '--force', '--done'], `${stream.join('')}done\n`);
    const commits = new Map<string, WalkedCommit>();
    for (const row of git(gitdir, ['log', '--branches', '--format=%H %at %P']).trim().split('\n')) {
      const [oid = '', time, ...parents] = row.split(' ');
      commits.set(oid, { time: Number(time), parents: parents as Oid[] });
    }
    const tips = history.map((_, at) => git(gitdir, ['rev-parse', `refs/heads/b${at}`]).trim() as Oid);
    const [one, other] = [tips.at(-1), tips[Math.floor(tips.length / 2)]];
    if (!one || !other) return;
    const found = await mergeBases(one, other, async (oid) => commits.get(oid));
    assert.deepEqual(found.sort(), gitBases(gitdir, one, other));
  });
  return fc.assert(property, { numRuns: runs });
});

/** git says with exit code 1 that there is none. */
function gitBases(gitdir: string, one: Oid, other: Oid): string[] {
  try {
    return git(gitdir, ['merge-base', '--all', one, other]).trim().split('\n').sort();
  } catch (error) {
    if ((error as Error).message.endsWith(`${other}: `)) return [];
    throw error;
  }
}

test('of two commits in one line the older one is the base, and no more is read than lies between them', async () => {
  const names = Array.from({ length: 500 }, (_, at) => String(at).padStart(40, '0') as Oid);
  let read = 0;
  const commit = async (oid: Oid): Promise<WalkedCommit> => {
    read += 1;
    const at = Number(oid);
    return { time: at, parents: at > 0 ? [names[at - 1] as Oid] : [] };
  };
  assert.deepEqual(await mergeBases(names[499] as Oid, names[489] as Oid, commit), [names[489]]);
  assert.ok(read < 16, `${read} commits read`);
});
