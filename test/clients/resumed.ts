// Writes a thread with an exporter into the home of a stage, for the client to resume.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Exported, Exporter, Told } from '../../src/exporters/exporter.ts';
import type { Importer } from '../../src/importers/importer.ts';
import { cutThreads, exportedOf, targetOf, type Whole, wholeOf } from '../support/exporter.ts';
import { hostAt } from './imported.ts';
import type { Stage } from './stage.ts';

/** A conversation that was written into a home. */
export interface Resumable {
  native: string;
  /** The argv behind the client's own command. */
  args: string[];
  /** What the importer must tell of it. */
  promised: Told[];
}

/** Writes a thread as the `seed`th conversation of its stage. */
export function writeInto(stage: Stage, exporter: Exporter, thread: Exported, seed: string): Resumable {
  const host = { ...hostAt(stage.home), env: stage.env };
  const root = exporter.root(host, stage.project) ?? '';
  const settings = new Map((exporter.settings?.(host) ?? []).filter(existsSync).map((path) => [path, readFileSync(path, 'utf8')]));
  const target = targetOf(exporter, { root, cwd: stage.project, settings }, seed);
  const { expected: promised = [], write } = exporter.plan(thread);
  const written = write(target);
  for (const { path, bytes } of written.files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes, { flag: 'wx', mode: 0o600 });
  }
  const [, ...args] = exporter.command(written, target);
  return { native: written.native, args, promised };
}

/** Reads the sources of a home. */
export async function sourcesOf(importer: Importer, home: string): Promise<Whole[]> {
  const found: Whole[] = [];
  for await (const source of importer.discover(hostAt(home))) found.push(await wholeOf(importer, source));
  return found;
}

/** Returns the threads that end at each turn of a source that is no agent's, shortest first. */
export function threadsOf(whole: Whole, all: readonly Whole[], built = false): Exported[] {
  return whole.outlines.filter(({ agent }) => agent === undefined).map(({ id }) => exportedOf(whole, id, all, built));
}

/** Returns the threads that end at each step inside a turn of a source, with the records of the whole turn, or without any (`built`). */
export function stepsOf(whole: Whole, all: readonly Whole[], built = false): Exported[] {
  const leaves = whole.outlines.filter(({ agent }) => agent === undefined).map(({ id }) => id);
  const threads = leaves.flatMap((leaf) => [...cutThreads(whole, leaf, all)].map(({ thread }) => thread));
  if (!built) return threads;
  return threads.map((thread) => ({ ...thread, turns: thread.turns.map(({ turn }) => ({ turn })), loose: [], agents: new Map() }));
}

/** Where a thread ends inside a turn, the step. */
export const stepOf = ({ turns }: Exported): string => {
  const last = turns.at(-1)?.turn;
  return last?.origin === undefined ? '' : `, step ${last.steps.length}`;
};
