import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../../host.ts';
import type { Source, Stamp } from '../importer.ts';
import { agentFile } from './facts.ts';
import { tool } from './outline.ts';
import { looksLikeTranscript } from './sniff.ts';

/** What is used of an entry of a folder. */
interface Listed {
  name: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** Deepest folder below a session's, or below one that the user named, in which files are looked for. */
const maxDepth = 8;

/** Returns the folders of projects: of $CLAUDE_CONFIG_DIR, then the two that versions have used by default. */
export function roots(host: Host): string[] {
  const configured = host.env.CLAUDE_CONFIG_DIR;
  const folders = [...(configured ? [configured] : []), join(host.home, '.claude'), join(host.home, '.config', 'claude')];
  return [...new Set(folders.map((folder) => join(folder, 'projects')))];
}

/** Yields every transcript below the roots, files of sub-agents behind those of their project's sessions. */
export async function* discover(host: Host): AsyncGenerator<Source> {
  for (const root of roots(host)) {
    for (const project of await list(host, root)) {
      if (project.isDirectory()) yield* inProject(host, join(root, project.name));
    }
  }
}

async function* inProject(host: Host, folder: string): AsyncGenerator<Source> {
  const entries = await list(host, folder);
  for (const entry of entries) if (isTranscript(entry)) yield* sourceAt(host, join(folder, entry.name));
  for (const entry of entries) {
    if (entry.isDirectory()) yield* below(host, join(folder, entry.name, 'subagents'), 0);
  }
}

async function* below(host: Host, folder: string, depth: number): AsyncGenerator<Source> {
  const entries = await list(host, folder);
  for (const entry of entries) if (isTranscript(entry)) yield* sourceAt(host, join(folder, entry.name));
  if (depth >= maxDepth) return;
  for (const entry of entries)
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) yield* below(host, join(folder, entry.name), depth + 1);
}

const skippedFolders = new Set(['node_modules', '.git']);
const isTranscript = (entry: Listed): boolean => (entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith('.jsonl');

/** Yields the transcripts at a path that the user named, told by the heads of the files. */
export async function* sniff(path: string, host: Host): AsyncGenerator<Source> {
  const stat = await absentAsUndefined(host.fs.stat(path));
  const found = stat?.isDirectory() ? below(host, path, 0) : stat?.isFile() ? sourceAt(host, path) : [];
  for await (const source of found) if (await looksLikeTranscript(source.path, host)) yield { ...source, given: true };
}

async function* sourceAt(host: Host, path: string): AsyncGenerator<Source> {
  const stat = await absentAsUndefined(host.fs.stat(path));
  if (!stat?.isFile()) return;
  const digest = await companionDigest(host, path);
  const stamp: Stamp = { dev: stat.dev, inode: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs, companions: digest };
  yield { tool, key: path, path, companions: projectFolder(path), stamp };
}

/** The folder of the project: a fork's records name spilled results of the session that it was made from. */
function projectFolder(path: string): string {
  if (!agentFile(path)?.session) return dirname(path);
  let folder = dirname(path);
  while (basename(folder) !== 'subagents') folder = dirname(folder);
  return dirname(dirname(folder));
}

async function companionDigest(host: Host, path: string): Promise<string> {
  const spills = join(path.replace(/\.[^./\\]*$/, ''), 'tool-results');
  const files = agentFile(path)
    ? [path.replace(/\.jsonl$/, '.meta.json')]
    : (await list(host, spills)).map((entry) => join(spills, entry.name));
  const hash = createHash('sha256');
  let count = 0;
  for (const file of files) {
    const stat = await absentAsUndefined(host.fs.stat(file));
    if (!stat) continue;
    count += 1;
    hash.update(`${basename(file)}\0${stat.size}\0${stat.mtimeMs}\0`);
  }
  return count === 0 ? '' : hash.digest('hex');
}

async function list(host: Host, folder: string): Promise<Listed[]> {
  const entries = await absentAsUndefined(host.fs.readdir(folder, { withFileTypes: true }));
  return (entries ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A file or folder that is not there, or has just gone, is none; every other failure is the caller's. */
async function absentAsUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
