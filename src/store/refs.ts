import { join } from 'node:path';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { cannotRead, errno, isAbsent, readFile } from './files.ts';
import type { Oid } from './git.ts';
import { isOid } from './objects.ts';
import { packedOid } from './packed-refs.ts';

const deepest = 5;

async function textOf(host: Host, path: string): Promise<string | undefined> {
  try {
    return readFile(host.fs, path).toString('utf8');
  } catch (error) {
    if (isAbsent(error) || errno(error) === 'EISDIR') return undefined;
    throw cannotRead(path, error);
  }
}

/** Returns what a ref's own file says: an oid, `ref: <name>`, or undefined without a file. Throws `bad-object` on an empty or torn one. */
export async function readLoose(host: Host, gitdir: string, name: string): Promise<string | undefined> {
  const text = await textOf(host, join(gitdir, name));
  if (text === undefined) return undefined;
  const value = text.trimEnd();
  if (!isOid(value) && !/^ref: \S+$/.test(value)) throw fail('bad-object', { oid: name, reason: 'the ref holds no object id' });
  return value;
}

/**
 * Returns where a ref points, undefined when it does not exist: in git's "files" storage (gitrepository-layout(5)). Its own file first, packed-refs then, and the file once more:
 * packing writes packed-refs before it removes the file, so a ref that is there is found in one of the three looks.
 */
export async function readRef(host: Host, gitdir: string, name: string, depth = 0): Promise<Oid | undefined> {
  if (depth > deepest) throw fail('bad-object', { oid: name, reason: 'symbolic refs go in a circle' });
  const value = (await readLoose(host, gitdir, name)) ?? packedOid(host, gitdir, name) ?? (await readLoose(host, gitdir, name));
  if (value === undefined || isOid(value)) return value;
  return readRef(host, gitdir, value.slice('ref: '.length), depth + 1);
}
