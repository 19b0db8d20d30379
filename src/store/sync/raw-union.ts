import { isReachable } from '../ancestry.ts';
import { plainText } from '../commit.ts';
import type { GitEngine, Oid } from '../git.ts';
import { readChunkFile, variantName } from '../layout.ts';
import { decodeCommit } from '../objects.ts';
import { contentOf } from '../raw-folder.ts';
import type { Transaction } from '../transaction.ts';
import { filesBelow } from '../trees.ts';

/**
 * Returns where the source records of a conversation stand that two devices have: with the side that has the other's, else a commit
 * behind both with the union of their trees (format.md 6).
 */
export async function joinRaw(engine: GitEngine, { writer }: Pick<Transaction, 'writer'>, local: Oid, remote: Oid): Promise<Oid> {
  if (local === remote || (await isReachable(engine, remote, [local]))) return local;
  if (await isReachable(engine, local, [remote])) return remote;
  const [ours, theirs] = [await filesBelow(engine, `${local}^{tree}`), await filesBelow(engine, `${remote}^{tree}`)];
  const changes = await unionOf(engine, theirs, ours);
  if (changes.length === 0 && [...ours].every(([path, blob]) => theirs.get(path) === blob)) return remote;
  const times = await Promise.all([local, remote].map(async (oid) => decodeCommit(await contentOf(engine, oid), oid).time));
  const text = plainText('Source records', Math.max(...times), [['Convo-Join', local]]);
  return writer.id(await writer.commit({ parents: [remote, local], changes, text }));
}

interface Place {
  /** What stands there in the tree that is changed: path → blob. */
  base: Map<string, Oid>;
  contents: Set<Oid>;
}

/** What the files of one tree become when those of another one are added. */
async function unionOf(
  engine: GitEngine,
  base: ReadonlyMap<string, Oid>,
  added: ReadonlyMap<string, Oid>,
): Promise<[string, Oid | null][]> {
  const places = new Map<string, Place>();
  const placeOf = (path: string): Place => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const name = folder + (readChunkFile(path.slice(folder.length))?.plain ?? path.slice(folder.length));
    const place = places.get(name) ?? { base: new Map(), contents: new Set() };
    places.set(name, place);
    return place;
  };
  for (const [path, blob] of base) {
    const place = placeOf(path);
    place.base.set(path, blob);
    place.contents.add(blob);
  }
  for (const [path, blob] of added) placeOf(path).contents.add(blob);
  const changes: [string, Oid | null][] = [];
  for (const [name, { base: before, contents }] of places) {
    if (contents.size === before.size) continue;
    const wanted = await standing(engine, name, contents);
    for (const path of before.keys()) if (!wanted.has(path)) changes.push([path, null]);
    for (const [path, blob] of wanted) if (before.get(path) !== blob) changes.push([path, blob]);
  }
  return changes;
}

/** Of several contents at one place: of a chunk those that are no beginning of another, of a document the longer one, then the greater bytes. */
async function standing(engine: GitEngine, place: string, contents: ReadonlySet<Oid>): Promise<Map<string, Oid>> {
  const [only] = contents;
  if (contents.size === 1 && only) return new Map([[place, only]]);
  const read = await Promise.all([...contents].map(async (oid) => ({ oid, bytes: Buffer.from(await contentOf(engine, oid)) })));
  const name = place.slice(place.lastIndexOf('/') + 1);
  read.sort((a, b) => b.bytes.length - a.bytes.length || Buffer.compare(b.bytes, a.bytes));
  const [first] = read;
  if (!readChunkFile(name)) return new Map(first ? [[place, first.oid]] : []);
  const kept = read.filter(
    ({ oid, bytes }) => !read.some((other) => other.oid !== oid && other.bytes.subarray(0, bytes.length).equals(bytes)),
  );
  if (kept.length === 1 && kept[0]) return new Map([[place, kept[0].oid]]);
  const folder = place.slice(0, place.length - name.length);
  return new Map(kept.map(({ oid, bytes }) => [folder + variantName(name, bytes), oid]));
}
