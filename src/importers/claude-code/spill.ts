import { basename } from 'node:path';
import type { Source } from '../importer.ts';
import { object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { agentFile } from './facts.ts';
import { blocksOf, isResult, messageBlocks } from './record.ts';

const saved = /Full output saved to: ([^\n]+)/;
/** Names of files that are used as they are. */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Returns the name of the folder that a source's session keeps beside its transcript; '' when the place does not tell. */
export function sessionFolder(source: Source): string {
  return agentFile(source.path)?.session ?? basename(source.path).replace(/\.[^.]*$/, '');
}

/**
 * Returns the names under which the whole of a tool result may stand that was too large for its record, relative to the
 * project's folder, likeliest first; none for a result that stands in its record. The record names the session that spilled
 * it (a fork's records name the one that it was made from). Of the recorded path only two plain names are used, so it
 * cannot lead anywhere else.
 */
export function spilled(record: JsonObject, block: JsonObject, own: string): string[] {
  const [path = ''] = pathsIn(record, block);
  const [name = '', folder = '', session = ''] = path.split(/[/\\]/).reverse();
  if (folder !== 'tool-results' || !plainName.test(name)) return [];
  return [...new Set([session, own])].filter((part) => plainName.test(part)).map((part) => `${part}/tool-results/${name}`);
}

/** Returns the paths under which the client says that it put a result, likeliest first. */
function pathsIn(record: JsonObject, block: JsonObject): string[] {
  const text = blocksOf(block.content)
    .map((part) => string(part.text))
    .find((part) => part.trimStart().startsWith('<persisted-output>'));
  if (text === undefined) return [];
  const single = messageBlocks(record).filter(isResult).length === 1;
  const named = [single ? string(object(record.toolUseResult).persistedOutputPath) : '', saved.exec(text)?.[1] ?? ''];
  return named.map((path) => path.trim()).filter((path) => path !== '');
}

/** Returns the paths of all spilled results that a record names. */
export function spillPaths(record: JsonObject): string[] {
  if (record.type !== 'user') return [];
  return [
    ...new Set(
      messageBlocks(record)
        .filter(isResult)
        .flatMap((block) => pathsIn(record, block)),
    ),
  ];
}

/** Returns for each spilled result of a record the names under which it may stand. */
export function spillsOf(record: JsonObject, own: string): string[][] {
  if (record.type !== 'user') return [];
  return messageBlocks(record)
    .filter(isResult)
    .map((block) => spilled(record, block, own))
    .filter((names) => names.length > 0);
}

/** Returns the first of the companions that is there, with its name. */
export async function firstThere(
  names: string[],
  companion: (name: string) => Promise<Uint8Array | undefined>,
): Promise<{ key: string; bytes: Uint8Array } | undefined> {
  for (const key of names) {
    const bytes = await companion(key);
    if (bytes) return { key, bytes };
  }
  return undefined;
}
