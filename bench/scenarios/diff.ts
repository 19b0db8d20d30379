import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import { convo, emptyNode, repository } from '../convo.ts';
import { writePairs } from '../corpus/branches.ts';
import { type Figure, median } from '../figure.ts';
import { interleave } from '../measure.ts';

const rounds = 5;
const exchanges = 250;

/** Comparing two long branches in which every turn differs, and two texts of a megabyte without an order in common. */
export async function diffScenario({ work, say }: Bench): Promise<Figure[]> {
  const [home, store] = [work.fresh('home'), work.fresh('store')];
  mkdirSync(home, { recursive: true });
  const { conversation, strangers } = writePairs(home, exchanges);
  say('diff: import');
  await convo(home, store, ['import']);
  const forks = await branchesOf(home, store, conversation);
  const { turns, bytes } = await shapeOf(home, store, forks);
  const timed = async (sides: [string, string], ...flags: string[]) => (await convo(home, store, ['diff', ...sides, ...flags])).seconds;
  const measurements = {
    node: async () => (await emptyNode(home)).seconds,
    diff: () => timed(forks),
    'diff --side-by-side --full': () => timed(forks, '--side-by-side', '--full'),
    'diff --html': () => timed(forks, '--html', work.fresh('page')),
    'diff of strangers': () => timed(strangers),
  };
  await interleave(1, measurements);
  const values = await interleave(rounds, measurements);
  work.drop(store);
  const on = `2 branches of ${turns} turns, ${(bytes / 1e6).toFixed(1)} MB`;
  const figure = (name: Exclude<keyof typeof measurements, 'node'>, where: string): Figure => ({
    ...{ scenario: 'diff', on: where, name: `convo ${name}`, value: median(values[name]), unit: 's', most: 1.5 },
  });
  return [
    { scenario: 'diff', on, name: 'empty node', value: median(values.node), unit: 's' },
    figure('diff', on),
    figure('diff --side-by-side --full', on),
    figure('diff --html', on),
    figure('diff of strangers', '2 texts of 1 MB, the same words in no order'),
  ];
}

/** The names of the branches of a conversation. */
async function branchesOf(home: string, store: string, conversation: string): Promise<[string, string]> {
  const { stdout } = await convo(home, store, ['list', '--all', '--json']);
  const { data } = JSON.parse(stdout) as { data: { conversations: { id: string; natives: string[]; branches: { name: string }[] }[] } };
  const found = data.conversations.find(({ natives }) => natives.includes(conversation));
  const [one, other] = found?.branches.map(({ name }) => `${found.id}/${name}`) ?? [];
  if (!one || !other) throw new Error('the fork was not imported as a branch');
  return [one, other];
}

/** Turns of a branch, and the bytes of the pages of both; throws unless they are forks in which almost every turn differs. */
async function shapeOf(home: string, store: string, forks: [string, string]): Promise<{ turns: number; bytes: number }> {
  const told = JSON.parse((await convo(home, store, ['diff', ...forks, '--json'])).stdout) as {
    data: { a: { turns: number }; base: { shared: number } | null; counts: { changed: number } };
  };
  const { a, base, counts } = told.data;
  if (base?.shared !== 2 || counts.changed < a.turns * 0.8) throw new Error(`no forks to measure: ${JSON.stringify({ base, counts })}`);
  const heads = execFileSync('git', ['--git-dir', repository(store), 'for-each-ref', '--format=%(refname)', 'refs/heads/claude-code']);
  const sizes = heads
    .toString()
    .trim()
    .split('\n')
    .map((ref) => pagesIn(store, ref));
  return {
    turns: a.turns,
    bytes: sizes
      .sort((x, y) => y - x)
      .slice(0, 2)
      .reduce((sum, size) => sum + size, 0),
  };
}

/** Bytes of the pages of a branch. */
function pagesIn(store: string, ref: string): number {
  const rows = execFileSync('git', ['--git-dir', repository(store), 'ls-tree', '-r', '--format=%(objectsize)', ref, 'turns/']).toString();
  return rows.split('\n').reduce((sum, size) => sum + Number(size), 0);
}
