import { spawnSync } from 'node:child_process';

/** What a repository holds, by its own git. */
export interface ToldStore {
  /** Every ref → object, the operation log left out. */
  refs: Map<string, string>;
  /** Tips of turn branches that no other tip has behind it, sorted. */
  tips: string[];
  /** Trees of those tips, sorted. */
  trees: string[];
  /** Raw ref → tree. */
  raw: Record<string, string>;
  /** Tree of the catalogue. */
  catalogue: string;
}

/** Runs the git of this machine on a repository; throws when it fails. */
export function gitOf(gitdir: string, ...args: string[]): string {
  const env = { PATH: process.env.PATH, HOME: gitdir, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const run = spawnSync('git', ['--git-dir', gitdir, ...args], { maxBuffer: 1 << 28, env });
  if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr.toString()}`);
  return run.stdout.toString();
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);
const isTurns = (ref: string): boolean => /^refs\/heads\/[^/]+\/[^/]+\//.test(ref);

/** Returns what a store holds. */
export function tellStore(gitdir: string): ToldStore {
  const rows = lines(gitOf(gitdir, 'for-each-ref', '--format=%(refname) %(objectname) %(tree)')).map((row) => row.split(' '));
  const trees = new Map(rows.map(([, oid = '', tree = '']) => [oid, tree]));
  const heads = [...new Set(rows.flatMap(([ref = '', oid = '']) => (isTurns(ref) ? [oid] : [])))];
  const tips = heads.length > 1 ? lines(gitOf(gitdir, 'merge-base', '--independent', ...heads)).sort() : heads;
  return {
    refs: new Map(rows.filter(([ref = '']) => !/^refs\/convo\/(ops$|past\/)/.test(ref)).map(([ref = '', oid = '']) => [ref, oid])),
    tips,
    trees: tips.map((tip) => trees.get(tip) ?? '').sort(),
    raw: Object.fromEntries(rows.flatMap(([ref = '', , tree = '']) => (ref.startsWith('refs/convo/raw/') ? [[ref, tree]] : []))),
    catalogue: rows.find(([ref]) => ref === 'refs/heads/main')?.[2] ?? '',
  };
}

/** Returns the ids of all turns that the trees of turn branches hold, sorted. */
export function turnIds(gitdir: string): string[] {
  const ids = new Set<string>();
  for (const tip of tellStore(gitdir).tips)
    for (const path of lines(gitOf(gitdir, 'ls-tree', '-r', '--name-only', tip, 'turns/')))
      ids.add(/-([0-9a-z]{12})\.md$/.exec(path)?.[1] ?? path);
  return [...ids].sort();
}

/** Returns how many objects a repository has. */
export function objectCount(gitdir: string): number {
  const count = gitOf(gitdir, 'count-objects', '-v');
  const of = (word: string) => Number(new RegExp(`^${word}: (\\d+)$`, 'm').exec(count)?.[1] ?? 0);
  return of('count') + of('in-pack');
}

/** Returns what `git fsck --full --strict` complains about, '' for a clean repository. */
export function fsckOf(gitdir: string): string {
  const env = { PATH: process.env.PATH, HOME: gitdir, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const run = spawnSync('git', ['--git-dir', gitdir, 'fsck', '--full', '--strict', '--no-dangling', '--no-progress'], { env });
  const text = lines(`${run.stdout}${run.stderr}`).filter((line) => !line.startsWith('notice:'));
  return run.status === 0 ? text.join('\n') : [...text, `exit code ${run.status}`].join('\n');
}
