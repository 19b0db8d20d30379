import { join } from 'node:path';
import type { Host } from '../../host.ts';
import { cannotRead, isAbsent } from '../files.ts';
import type { Ref } from '../git.ts';
import { assertPrefix } from '../names.ts';
import { type Packed, readPacked, readRef } from '../refs.ts';

const noneOf: Packed = { oids: new Map(), lines: [] };

/** Lists the names of refs in files of their own, below a folder of the repository. */
async function looseNames(host: Host, gitdir: string, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(host, join(gitdir, folder))) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await looseNames(host, gitdir, name)));
    else if (!entry.name.startsWith('.') && !entry.name.endsWith('.lock')) names.push(name);
  }
  return names;
}

async function entriesOf(host: Host, folder: string) {
  try {
    return await host.fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(folder, error);
  }
}

interface Names {
  loose: Set<string>;
  packed: Packed;
}

/** The files are listed before packed-refs is read (see `readRef`). */
async function namesBelow(host: Host, gitdir: string, prefix: string): Promise<Names> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/'));
  const loose = await looseNames(host, gitdir, folder);
  const packed = await readPacked(host, gitdir);
  return { loose: new Set(loose.filter((name) => name.startsWith(prefix))), packed };
}

const allNames = ({ loose, packed }: Names, prefix: string) =>
  [...new Set([...loose, ...[...packed.oids.keys()].filter((name) => name.startsWith(prefix))])].sort();

/** Returns the names of all refs below a prefix that ends in `/`, sorted, whatever they hold. */
export async function refNames(host: Host, gitdir: string, prefix: string): Promise<string[]> {
  return allNames(await namesBelow(host, gitdir, prefix), prefix);
}

/** Returns the refs below a prefix, or the one of that name, sorted by name; throws on one that cannot be read. */
export async function listRefs(host: Host, gitdir: string, prefix: string): Promise<Ref[]> {
  assertPrefix(prefix);
  const names = prefix.endsWith('/') ? await namesBelow(host, gitdir, prefix) : { loose: new Set([prefix]), packed: noneOf };
  const refs: Ref[] = [];
  for (const name of allNames(names, prefix)) {
    const oid = names.loose.has(name) ? await readRef(host, gitdir, name) : names.packed.oids.get(name);
    if (oid !== undefined) refs.push({ name, oid });
  }
  return refs;
}
