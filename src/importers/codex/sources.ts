import { join } from 'node:path';
import type { Host } from '../../host.ts';
import type { Source } from '../importer.ts';
import { folders, isFileOrLink, stampOf, statOf } from '../kit/folder.ts';
import { looksLikeRollout } from './sniff.ts';
import { tool } from './tool.ts';

const rollout = /^rollout-.*\.(?:jsonl(?:\.zst)?|json)$/;
const anyFile = /\.(?:jsonl(?:\.zst)?|json)$/;

/** Returns `sessions` (by day) and the flat `archived_sessions` of $CODEX_HOME, else of `~/.codex`. */
export function roots(host: Host): string[] {
  const home = host.env.CODEX_HOME || join(host.home, '.codex');
  return [join(home, 'sessions'), join(home, 'archived_sessions')];
}

/** Yields every rollout below the roots. */
export async function* discover(host: Host): AsyncGenerator<Source> {
  for (const root of roots(host)) yield* below(host, root, rollout);
}

/** Yields the rollouts at a path that the user named, told by the heads of the files. */
export async function* sniff(path: string, host: Host): AsyncGenerator<Source> {
  const stat = statOf(host, path);
  const found = stat?.isDirectory() ? below(host, path, anyFile) : stat?.isFile() ? sourceAt(host, path) : [];
  for (const source of found) if (await looksLikeRollout(source.path, host)) yield { ...source, given: true };
}

function* below(host: Host, root: string, pattern: RegExp): Generator<Source> {
  for (const { folder, entries } of folders(host, root)) {
    const files = entries.filter(isFileOrLink);
    const names = new Set(files.filter((entry) => pattern.test(entry.name)).map((entry) => entry.name));
    for (const name of names) if (!names.has(keyOf(name)) || keyOf(name) === name) yield* sourceAt(host, join(folder, name));
  }
}

/** Codex compresses an old rollout to `.jsonl.zst` and decompresses it before it appends; of two the plain one is read. */
const keyOf = (path: string): string => path.replace(/\.zst$/, '');

function* sourceAt(host: Host, path: string): Generator<Source> {
  const stat = statOf(host, path);
  if (!stat?.isFile()) return;
  yield { tool, key: keyOf(path), path, stamp: stampOf(stat) };
}
