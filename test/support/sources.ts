import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Host, realHost } from '../../src/host.ts';
import type { Importer, Source } from '../../src/importers/importer.ts';
import { unzstd } from '../../src/importers/kit/zstd.ts';
import { countedBytes } from './importer.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const samples = join(root, '..', 'shared', 'samples');

/** Returns a host whose home is a folder, with no environment. */
export function hostAt(home: string): Host {
  return { ...realHost(new AbortController().signal), home, env: {}, cwd: home };
}

/** Returns the names of the fixtures of a tool: `fixtures/<tool>/<case>/home`. */
export function casesOf(tool: string): string[] {
  const folder = join(root, 'fixtures', tool);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export const caseHome = (tool: string, name: string): string => join(root, 'fixtures', tool, name, 'home');

/** Returns every source of a tool in its fixtures. */
export async function fixtureSources(importer: Importer): Promise<Source[]> {
  const found: Source[] = [];
  for (const name of casesOf(importer.tool))
    for await (const source of importer.discover(hostAt(caseHome(importer.tool, name)))) found.push(source);
  return found;
}

/** Returns every source of a tool among the samples beside the project; none when they are not there. */
export async function sampleSources(importer: Importer): Promise<Source[]> {
  const folder = join(samples, importer.tool);
  const found: Source[] = [];
  if (existsSync(folder)) for await (const source of importer.sniff(folder, hostAt('/nowhere'))) found.push(source);
  return found;
}

export interface Input {
  source: Source;
  data: Uint8Array;
}

/** Returns sources with their content. */
export const withContent = (sources: readonly Source[]): Promise<Input[]> =>
  Promise.all(sources.map(async (source) => ({ source, data: await contentOf(source) })));

/** Returns the content of a source's file, decompressed where its name says so. */
export async function contentOf(source: Source): Promise<Uint8Array> {
  const data = await readFile(source.path);
  if (!source.path.endsWith('.zst')) return data;
  const bytes = await unzstd(countedBytes(data));
  return bytes.read(0, bytes.size);
}
