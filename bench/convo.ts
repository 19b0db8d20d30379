import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Corpus } from './corpus.ts';
import { type Run, type RunOptions, run } from './measure.ts';

let bundle = fileURLToPath(new URL('../dist/convo.cjs', import.meta.url));

/** How one run of convo is measured. */
export type Measured = Pick<RunOptions, 'cpus' | 'memory'> & {
  /** Arguments for node itself, before the program. */
  node?: string[];
  /** Besides the fixed environment. */
  env?: Record<string, string>;
};

/** Measures another program than the one in dist. Throws when there is none. */
export function useBundle(path: string = bundle): void {
  bundle = resolve(path);
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
}

/** The whole environment of a measured process: nothing of the user's own set-up reaches it, and its cache is none of its sources. */
const envOf = (home: string) => ({
  HOME: home,
  XDG_CACHE_HOME: join(dirname(home), 'cache'),
  PATH: process.env.PATH ?? '',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
});

/** Runs the bundled convo with a corpus for its home folder. */
export function convo(home: string, store: string, args: string[], { node = [], env = {}, ...measured }: Measured = {}): Promise<Run> {
  return run(process.execPath, [...node, bundle, ...args, '--store', store], { env: { ...envOf(home), ...env }, cwd: home, ...measured });
}

/** Runs `convo --version` alone, which takes no store. */
export const version = (home: string): Promise<Run> => run(process.execPath, [bundle, '--version'], { env: envOf(home), cwd: home });

/** Runs a node process that does nothing. */
export const emptyNode = (home: string): Promise<Run> => run(process.execPath, ['-e', '0'], { env: envOf(home), cwd: home });

/** Imports a whole corpus into a new store. Throws unless every turn of the corpus arrived and nothing was skipped. */
export async function importAll({ home, turns, conversations }: Corpus, store: string, measured: Measured = {}): Promise<Run> {
  const done = await convo(home, store, ['import', '--json'], measured);
  const { data } = JSON.parse(done.stdout) as {
    data: { turnsAdded: number; records: { skipped: number }; conversations: { new: number } };
  };
  const got = `${data.turnsAdded} turns in ${data.conversations.new} conversations, ${data.records.skipped} skipped`;
  const wanted = `${turns} turns in ${conversations} conversations, 0 skipped`;
  if (got !== wanted) throw new Error(`the import gave ${got} for ${wanted}`);
  return done;
}

/** Returns the bare repository of a store. */
export const repository = (store: string): string => join(store, 'store.git');

/** Returns node's arguments for a script of this folder in TypeScript. */
export function script(name: string): string[] {
  return ['--import', 'tsx', join(dirname(fileURLToPath(import.meta.url)), name)];
}
