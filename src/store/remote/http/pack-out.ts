import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { fail } from '../../../errors.ts';
import { reached } from '../../ancestry.ts';
import type { GitEngine, ObjectType, Oid } from '../../git.ts';
import { decodeCommit } from '../../objects.ts';
import { typeNumber } from '../../pack/format.ts';
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
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(oids.size, 8);
  const pieces: Uint8Array[] = [head];
  let size = 0;
  for await (const object of engine.readMany(oids)) {
    if (!object) throw fail('bad-object', { oid: [...oids][pieces.length - 1] ?? '', reason: 'it is missing' });
    const bytes = deflateSync(object.content, { level: 1 });
    pieces.push(entryHead(object.type, object.content.length), bytes);
    size += bytes.length;
    if (size > largest) throw fail('remote-needs-git', { url, protocol: 'a push of more than 512 MB' });
    onObject(pieces.length >> 1);
  }
  const hash = createHash('sha1');
  for (const piece of pieces) hash.update(piece);
  return Buffer.concat([...pieces, hash.digest()]);
}

/** Type and size: four bits of it, then seven a byte. */
function entryHead(type: ObjectType, size: number): Uint8Array {
  const bytes = [(typeNumber[type] << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Uint8Array.from(bytes);
}
