import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotRead, errno, isAbsent, readFile } from './files.ts';
import type { Oid } from './git.ts';
import { isOid } from './objects.ts';

/** Where a ref is found: its own file, or a line of packed-refs (git's "files" storage, gitrepository-layout(5)). */
export interface Packed {
  oids: ReadonlyMap<string, Oid>;
  /** The lines as they are, peeled ones included: what a rewrite keeps. */
  lines: readonly string[];
}

const deepest = 5;

/** Returns packed-refs as it stands now. Throws `bad-object` on a line that is none. */
export async function readPacked(host: Host, gitdir: string): Promise<Packed> {
  const text = (await readBytes(host, join(gitdir, 'packed-refs'))) ?? '';
  const oids = new Map<string, Oid>();
  const lines = text.split('\n').filter(Boolean);
  for (const line of lines) {
    if (line.startsWith('#') || line.startsWith('^')) continue;
    const oid = line.slice(0, 40);
    if (!isOid(oid) || line[40] !== ' ')
      throw fail('bad-object', { oid: 'packed-refs', reason: `it holds the line "${line.slice(0, 80)}"` });
    oids.set(line.slice(41), oid);
  }
  return { oids, lines };
}

async function readBytes(host: Host, path: string): Promise<string | undefined> {
  try {
    return readFile(host.fs, path).toString('utf8');
  } catch (error) {
    if (isAbsent(error) || errno(error) === 'EISDIR') return undefined;
    throw cannotRead(path, error);
  }
}

/** Returns what a ref's own file says: an oid, `ref: <name>`, or undefined without a file. Throws `bad-object` on an empty or torn one. */
export async function readLoose(host: Host, gitdir: string, name: string): Promise<string | undefined> {
  const text = await readBytes(host, join(gitdir, name));
  if (text === undefined) return undefined;
  const value = text.trimEnd();
  if (!isOid(value) && !/^ref: \S+$/.test(value)) throw fail('bad-object', { oid: name, reason: 'the ref holds no object id' });
  return value;
}

/**
 * Returns where a ref points, undefined when it does not exist. Its own file first, packed-refs then, and the file once more:
 * packing writes packed-refs before it removes the file, so a ref that is there is found in one of the three looks.
 */
export async function readRef(host: Host, gitdir: string, name: string, depth = 0): Promise<Oid | undefined> {
  if (depth > deepest) throw fail('bad-object', { oid: name, reason: 'symbolic refs go in a circle' });
  const value =
    (await readLoose(host, gitdir, name)) ?? (await readPacked(host, gitdir)).oids.get(name) ?? (await readLoose(host, gitdir, name));
  if (value === undefined || isOid(value)) return value;
  return readRef(host, gitdir, value.slice('ref: '.length), depth + 1);
}
