import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { convoJson } from '../../src/importers/convo-json/index.ts';
import type { Importer } from '../../src/importers/importer.ts';
import { storeBackend } from '../../src/ops/backend.ts';
import { type Ran, runConvo, withHome } from './run.ts';
import { caseHome, hostAt, type Input, withContent } from './sources.ts';

/** Runs a command line on a store of its own below the home folder: what a machine has. */
export const runOn = (home: string, machine: string, ...argv: string[]): Promise<Ran> =>
  runConvo(argv, { home, backend: storeBackend(), env: { PATH: process.env.PATH ?? '', CONVO_HOME: join(home, machine) } });

/** Runs a command line that must end well, perhaps with warnings; returns what it printed. */
export async function convoOn(home: string, machine: string, ...argv: string[]): Promise<string> {
  const ran = await runOn(home, machine, ...argv);
  if (ran.exit !== 0 && ran.exit !== 3) throw new Error(`${argv.join(' ')}\n${ran.err}`);
  return ran.out;
}

/** Exports every conversation of a machine that has a turn into a file beside it; returns their paths. */
export async function exportEach(home: string, machine: string): Promise<string[]> {
  const listed = JSON.parse(await convoOn(home, machine, 'list', '--all', '--json')) as {
    data: { conversations: { id: string; turns: number }[] };
  };
  const files: string[] = [];
  for (const { id, turns } of listed.data.conversations) {
    if (turns === 0) continue;
    const file = join(home, `${id}.json`);
    files.push(file);
    await convoOn(home, machine, 'export', id, '-o', file);
  }
  return files;
}

/** Returns the sources of what convo exports of fixtures of a tool, a file for each conversation. */
export async function exportedSources({ tool }: Importer, cases: readonly string[]): Promise<Input[]> {
  const found: Input[] = [];
  for (const name of cases) {
    await withHome(async (home) => {
      await cp(caseHome(tool, name), home, { recursive: true });
      await convoOn(home, 'here', 'import', '--close');
      for (const file of await exportEach(home, 'here'))
        for await (const source of convoJson(tool).sniff(file, hostAt(home))) found.push(...(await withContent([source])));
    });
  }
  return found;
}
