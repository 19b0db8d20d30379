import { createHash } from 'node:crypto';
import { fail } from '../../../errors.ts';
import { reached } from '../../ancestry.ts';
import type { GitEngine, Oid } from '../../git.ts';
import { decodeCommit } from '../../objects.ts';
import { startDeflate } from '../../pack/deflate.ts';
import { typeNumber } from '../../pack/format.ts';
import { packHead, packOne } from '../../pack/packer.ts';
import { newEntries, type ReadObject } from '../new-entries.ts';

/** Without git a pack is made in memory. */
const largest = 512 << 20;

/** Returns the objects that tips lead to and `there` does not, each once. Throws `bad-object` for one that is missing. */
export async function missingThere(engine: GitEngine, tips: readonly Oid[], there: readonly Oid[]): Promise<Set<Oid>> {
  const known = new Set<Oid>();
  for await (const oid of reached(engine, there)) known.add(oid);
  const read: ReadObject = async (oid, type) => {
    const found = await engine.read(oid);
    if (found?.type !== type) throw fail('bad-object', { oid, reason: found ? `it is a ${found.type}` : 'it is missing' });
    return found.content;
  };
  const treeOf = async (oid: Oid) => decodeCommit(await read(oid, 'commit', ''), oid);
  const missing = new Set<Oid>();
  const waiting = [...tips];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (known.has(oid) || missing.has(oid)) continue;
    missing.add(oid);
    const { tree, parents } = await treeOf(oid);
    const before = [];
    for (const parent of parents) before.push((await treeOf(parent)).tree);
    if (!before.includes(tree)) missing.add(tree);
    for await (const entry of newEntries(read, tree, before)) missing.add(entry.oid);
    waiting.push(...parents);
  }
  return missing;
}

/** Returns a pack of objects (gitformat-pack(5)), none as a delta. Throws `remote-needs-git` when it is too large to be made here. */
export async function makePack(
  engine: GitEngine,
  oids: ReadonlySet<Oid>,
  url: string,
  onObject: (done: number) => void,
): Promise<Uint8Array> {
  const deflate = startDeflate();
  const pieces: Uint8Array[] = [packHead(oids.size)];
  let size = 0;
  for await (const object of engine.readMany(oids)) {
    if (!object) throw fail('bad-object', { oid: [...oids][pieces.length - 1] ?? '', reason: 'it is missing' });
    const { bytes } = packOne(typeNumber[object.type], object.content, deflate);
    pieces.push(Uint8Array.from(bytes)); // as small as it came to be
    size += bytes.length;
    if (size > largest) throw fail('remote-needs-git', { url, reason: 'without git a push is at most 512 MB' });
    onObject(pieces.length - 1);
  }
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return Buffer.concat([...pieces, hash.digest()]);
}
