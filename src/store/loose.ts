import { join } from 'node:path';
import { builtin } from '../builtin.ts';
import { fail } from '../errors.ts';
import type { Host } from '../host.ts';
import { errno, listIfThere, readIfThere } from './files.ts';
import type { GitObject, ObjectType, Oid } from './git.ts';
import { isOid, objectHeader, objectId } from './objects.ts';

/** Level 1: on transcripts level 6 takes 1.3x the time for 3 % of the space. */
const level = 1;

/** Returns where a loose object stands. */
export function loosePath(gitdir: string, oid: Oid): string {
  return join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2));
}

/** Returns the bytes of a loose object's file: header and content, deflated. */
export function encodeLoose(type: ObjectType, content: Uint8Array): Uint8Array {
  return builtin.zlib.deflateSync(Buffer.concat([objectHeader(type, content), content]), { level });
}

const header = /^(commit|tree|blob|tag) (\d+)$/;

function decodeLoose(oid: Oid, bytes: Uint8Array): GitObject {
  const plain = inflated(oid, bytes);
  const nul = plain.indexOf(0);
  const [, type, size] = header.exec(plain.toString('latin1', 0, Math.max(0, nul))) ?? [];
  const content = plain.subarray(nul + 1);
  if (!type || Number(size) !== content.length) throw fail('bad-object', { oid, reason: 'its file is torn' });
  if (objectId(type as ObjectType, content) !== oid) throw fail('bad-object', { oid, reason: 'its content has another id' });
  return { oid, type: type as ObjectType, content };
}

function inflated(oid: Oid, bytes: Uint8Array): Buffer {
  try {
    return builtin.zlib.inflateSync(bytes);
  } catch (error) {
    throw fail('bad-object', { oid, reason: `its file is torn (${bytes.length} bytes, ${errno(error) ?? 'no zlib data'})` }, error);
  }
}

/** Returns the object in a file, checked against its id; undefined when it is not there. Throws `bad-object` on a torn one. */
export async function readObjectFile(host: Host, path: string, oid: Oid): Promise<GitObject | undefined> {
  const bytes = await readIfThere(host.fs, path);
  return bytes && decodeLoose(oid, bytes);
}

/** Returns a loose object: `readObjectFile` at its place. */
export function readLooseObject(host: Host, gitdir: string, oid: Oid): Promise<GitObject | undefined> {
  return readObjectFile(host, loosePath(gitdir, oid), oid);
}

/** Returns what is wrong with a loose object, undefined for a sound one and for one that is not there. */
export async function looseProblem(host: Host, gitdir: string, oid: Oid): Promise<string | undefined> {
  const bytes = await readIfThere(host.fs, loosePath(gitdir, oid));
  if (!bytes) return undefined;
  try {
    decodeLoose(oid, bytes);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Lists the loose objects, by what their paths say. */
export async function* looseNames(host: Host, gitdir: string): AsyncGenerator<{ oid: Oid; path: string }> {
  const folder = join(gitdir, 'objects');
  for (const first of await listIfThere(host.fs, folder)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue;
    for (const rest of await listIfThere(host.fs, join(folder, first))) {
      const oid = first + rest;
      if (isOid(oid)) yield { oid, path: join(folder, first, rest) };
    }
  }
}
