import { join } from 'node:path';
import type { Host } from '../host.ts';
import { cannotRead, isAbsent } from './files.ts';
import type { Oid, Ref } from './git.ts';
import { assertPrefix } from './names.ts';
import { packedBelow } from './packed-refs.ts';
import { readRef } from './refs.ts';

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
    return host.fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw cannotRead(folder, error);
  }
}

/** Where the refs below a prefix are found; undefined: in a file of its own. */
type Places = Map<string, Oid | undefined>;

/** The files are listed before packed-refs is read (see `readRef`). */
async function placesBelow(host: Host, gitdir: string, prefix: string): Promise<Places> {
  const loose = await looseNames(host, gitdir, prefix.slice(0, prefix.lastIndexOf('/')));
  const packed = packedBelow(host, gitdir, prefix);
  const places: Places = new Map(packed.map(({ name, oid }) => [name, oid]));
  for (const name of loose) if (name.startsWith(prefix)) places.set(name, undefined);
  return places;
}

/** Returns the names of all refs below a prefix that ends in `/`, sorted, whatever they hold. */
export async function refNames(host: Host, gitdir: string, prefix: string): Promise<string[]> {
  return [...(await placesBelow(host, gitdir, prefix)).keys()].sort();
}

/** Returns the refs below a prefix, or the one of that name, sorted by name; throws on one that cannot be read. */
export async function listRefs(host: Host, gitdir: string, prefix: string): Promise<Ref[]> {
  assertPrefix(prefix);
  const places: Places = prefix.endsWith('/') ? await placesBelow(host, gitdir, prefix) : new Map([[prefix, undefined]]);
  const refs: Ref[] = [];
  for (const [name, packed] of places) {
    const oid = packed ?? (await readRef(host, gitdir, name));
    if (oid !== undefined) refs.push({ name, oid });
  }
  return refs.sort((a, b) => (a.name < b.name ? -1 : 1));
}
