import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../../host.ts';
import type { Source } from '../importer.ts';
import { folders, isFileOrLink, list, stampOf, statOf } from '../kit/folder.ts';
import { agentFile } from './facts.ts';
import { tool } from './outline.ts';
import { looksLikeTranscript } from './sniff.ts';

/** Returns the folders of projects: of $CLAUDE_CONFIG_DIR, then the two that versions have used by default. */
export function roots(host: Host): string[] {
  const configured = host.env.CLAUDE_CONFIG_DIR;
  const homes = [...(configured ? [configured] : []), join(host.home, '.claude'), join(host.home, '.config', 'claude')];
  return [...new Set(homes.map((home) => join(home, 'projects')))];
}

/** Yields every transcript below the roots, files of sub-agents behind those of their project's sessions. */
export async function* discover(host: Host): AsyncGenerator<Source> {
  for (const root of roots(host)) {
    for (const project of list(host, root)) {
      if (project.isDirectory()) yield* inProject(host, join(root, project.name));
    }
  }
}

function* inProject(host: Host, folder: string): Generator<Source> {
  const entries = list(host, folder);
  yield* transcripts(host, folder, entries);
  for (const entry of entries) {
    if (entry.isDirectory()) yield* below(host, join(folder, entry.name, 'subagents'));
  }
}

function* below(host: Host, root: string): Generator<Source> {
  for (const { folder, entries } of folders(host, root)) yield* transcripts(host, folder, entries);
}

function* transcripts(host: Host, folder: string, entries: Dirent[]): Generator<Source> {
  for (const entry of entries) if (isFileOrLink(entry) && entry.name.endsWith('.jsonl')) yield* sourceAt(host, join(folder, entry.name));
}

/** Yields the transcripts at a path that the user named, told by the heads of the files. */
export async function* sniff(path: string, host: Host): AsyncGenerator<Source> {
  const stat = statOf(host, path);
  const found = stat?.isDirectory() ? below(host, path) : stat?.isFile() ? sourceAt(host, path) : [];
  for (const source of found) if (await looksLikeTranscript(source.path, host)) yield { ...source, given: true };
}

function* sourceAt(host: Host, path: string): Generator<Source> {
  const stat = statOf(host, path);
  if (!stat?.isFile()) return;
  const stamp = stampOf(stat, companionDigest(host, path));
  yield { tool, key: path, path, companions: projectFolder(path), stamp };
}

/** The folder of the project: a fork's records name spilled results of the session that it was made from. */
function projectFolder(path: string): string {
  if (!agentFile(path)?.session) return dirname(path);
  let folder = dirname(path);
  while (basename(folder) !== 'subagents') folder = dirname(folder);
  return dirname(dirname(folder));
}

function companionDigest(host: Host, path: string): string {
  const spills = join(path.replace(/\.[^./\\]*$/, ''), 'tool-results');
  const files = agentFile(path) ? [path.replace(/\.jsonl$/, '.meta.json')] : list(host, spills).map((entry) => join(spills, entry.name));
  const hash = createHash('sha256');
  let count = 0;
  for (const file of files) {
    const stat = statOf(host, file);
    if (!stat) continue;
    count += 1;
    hash.update(`${basename(file)}\0${stat.size}\0${stat.mtimeMs}\0`);
  }
  return count === 0 ? '' : hash.digest('hex');
}
