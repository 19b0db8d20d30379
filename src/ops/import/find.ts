import { resolve } from 'node:path';
import { fail } from '../../errors.ts';
import { convoJson, exportedTool } from '../../importers/convo-json/index.ts';
import type { Importer, Source } from '../../importers/importer.ts';
import { importers } from '../../importers/registry.ts';
import type { Context } from '../context.ts';
import { near } from '../near.ts';

/** The sources of one tool that a run looks at. */
export interface FoundSources {
  importer: Importer;
  /** The folder in which they lie, or the path that the user named. */
  folder: string;
  sources: Source[];
}

/** Returns the sources of every tool under the home folder, or of the tools and paths that the user named. Throws `not-a-transcript`. */
export async function findSources(context: Context, names: readonly string[]): Promise<FoundSources[]> {
  if (names.length === 0)
    return (await Promise.all(importers.map((importer) => discovered(context, importer)))).filter(({ sources }) => sources.length > 0);
  const found: FoundSources[] = [];
  for (const name of names) {
    const importer = importers.find(({ tool }) => tool === name);
    found.push(...(importer ? [await discovered(context, importer)] : await sniffed(context, name)));
  }
  return found;
}

async function discovered({ host }: Context, importer: Importer): Promise<FoundSources> {
  const sources: Source[] = [];
  for await (const source of importer.discover(host)) sources.push(source);
  const folder = importer.roots(host).find((root) => sources.some(({ path }) => path.startsWith(root))) ?? importer.roots(host)[0] ?? '';
  return { importer, folder, sources };
}

async function sniffed({ host }: Context, name: string): Promise<FoundSources[]> {
  const path = resolve(host.cwd, name);
  const found: FoundSources[] = [];
  const exported = await exportedTool(path, host);
  for (const importer of exported ? [convoJson(exported)] : importers) {
    const sources: Source[] = [];
    for await (const source of importer.sniff(path, host)) sources.push(source);
    if (sources.length > 0) found.push({ importer, folder: path, sources });
  }
  if (found.length === 0) throw await nothingFound(host.fs.stat(path), path, name);
  return found;
}

async function nothingFound(stat: Promise<unknown>, path: string, name: string) {
  try {
    await stat;
    return fail('not-a-transcript', { path });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return unknownSource(name);
    return fail('cannot-read', { path, reason: error instanceof Error ? error.message : String(error) }, error);
  }
}

function unknownSource(name: string) {
  const tools = importers.map(({ tool }) => tool);
  const [best] = near(name, tools);
  return fail('unknown-source', { name, hint: best === undefined ? `The tools are ${tools.join(', ')}` : `convo import ${best}` });
}
