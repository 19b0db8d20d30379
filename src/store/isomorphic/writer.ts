import { join } from 'node:path';
import { fail } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { assertText, encodeCommit } from '../commit.ts';
import { makeFolders, nonce } from '../files.ts';
import type { GitObject, Named, NewCommit, ObjectWriter, Oid, Written } from '../git.ts';
import { assertPath } from '../names.ts';
import { decodeCommit, decodeTree, type TreeEntry } from '../objects.ts';
import { LooseWriter } from './object-writer.ts';
import type { ObjectReader } from './reader.ts';
import { buildTree, type TreeStore } from './tree-builder.ts';

/** Trees kept in memory: those of a conversation that is being written. */
const keptTrees = 2_000;

/** Returns a writer of loose objects; `folder` is where its files may stand until they are published. */
export async function looseObjectWriter(host: Host, gitdir: string, folder: string, reader: ObjectReader): Promise<ObjectWriter> {
  const scratch = join(folder, `write-${nonce()}`);
  await makeFolders(host.fs, scratch);
  return new Writer(new LooseWriter(host, gitdir, scratch), reader);
}

class Writer implements ObjectWriter {
  readonly #loose: LooseWriter;
  readonly #reader: ObjectReader;
  readonly #oids: Oid[] = [];
  /** Trees of the commits written here. */
  readonly #treeOf = new Map<Oid, Oid>();
  readonly #trees = new Map<Oid, readonly TreeEntry[]>();

  constructor(loose: LooseWriter, reader: ObjectReader) {
    this.#loose = loose;
    this.#reader = reader;
  }

  #written(oid: Oid): Written {
    return { mark: this.#oids.push(oid) };
  }

  readonly #resolve = (named: Named): Oid => {
    if (typeof named === 'string') return named;
    const oid = this.#oids[named.mark - 1];
    if (oid === undefined) throw new TypeError(`No object was written under mark ${named.mark}`);
    return oid;
  };

  async #read(oid: Oid, type: string): Promise<GitObject> {
    const object = (await this.#loose.read(oid)) ?? (await this.#reader.object(oid));
    if (object?.type !== type) throw fail('bad-object', { oid, reason: object ? `it is no ${type}` : 'it is missing' });
    return object;
  }

  readonly #store: TreeStore = {
    entries: async (tree) => {
      const known = this.#trees.get(tree);
      if (known) return known;
      const entries = decodeTree((await this.#read(tree, 'tree')).content, tree);
      this.#keep(tree, entries);
      return entries;
    },
    write: async (content) => {
      const oid = await this.#loose.write('tree', content);
      this.#keep(oid, decodeTree(content, oid));
      return oid;
    },
  };

  #keep(tree: Oid, entries: readonly TreeEntry[]): void {
    this.#trees.set(tree, entries);
    if (this.#trees.size <= keptTrees) return;
    const [oldest] = this.#trees.keys();
    if (oldest !== undefined) this.#trees.delete(oldest);
  }

  async #baseTree({ parents, base }: NewCommit): Promise<Oid | undefined> {
    const commit = base === undefined ? parents[0] : (base ?? undefined);
    if (commit === undefined) return undefined;
    const oid = this.#resolve(commit);
    return this.#treeOf.get(oid) ?? decodeCommit((await this.#read(oid, 'commit')).content, oid).tree;
  }

  async blob(content: Uint8Array): Promise<Written> {
    return this.#written(await this.#loose.write('blob', content));
  }

  async commit(commit: NewCommit): Promise<Written> {
    assertText(commit.text);
    for (const [path] of commit.changes) assertPath(path);
    const changes = commit.changes.map(([path, blob]): [string, Oid | null] => [path, blob && this.#resolve(blob)]);
    const tree = await buildTree(this.#store, await this.#baseTree(commit), changes);
    const oid = await this.#loose.write('commit', encodeCommit(tree, commit.parents.map(this.#resolve), commit.text));
    this.#treeOf.set(oid, tree);
    return this.#written(oid);
  }

  async id(written: Written): Promise<Oid> {
    return this.#resolve(written);
  }

  async finish(): Promise<(written: Written) => Oid> {
    try {
      await this.#loose.publish();
    } catch (error) {
      await this.abort();
      throw error;
    }
    return this.#resolve;
  }

  abort(): Promise<void> {
    return this.#loose.discard();
  }
}
