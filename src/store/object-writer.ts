import { fail } from '../errors.ts';
import { assertText, encodeCommit } from './commit.ts';
import type { GitObject, Named, NewCommit, ObjectType, ObjectWriter, Oid, Written } from './git.ts';
import { assertPath } from './names.ts';
import { decodeCommit } from './objects.ts';
import type { Like, ObjectSink } from './sink.ts';
import { buildTree, type TreeStore } from './tree-builder.ts';

/** Bytes of trees kept in memory, once or twice: those of a conversation that is being written. */
const kept = 2 << 20;

/** Bytes of objects that are told to the reader when they are published: all of a single change, which is read again at once. */
const told = 256 << 10;

/** Returns a writer into a sink; `object` reads what the store holds already, `know` is told of what it holds then, where that is little. */
export function objectWriter(
  sink: ObjectSink,
  object: (oid: Oid) => Promise<GitObject | undefined>,
  know: (objects: readonly GitObject[]) => void = () => undefined,
): ObjectWriter {
  return new Writer(sink, object, know);
}

class Writer implements ObjectWriter {
  readonly #sink: ObjectSink;
  readonly #object: (oid: Oid) => Promise<GitObject | undefined>;
  readonly #know: (objects: readonly GitObject[]) => void;
  /** What was written, as long as it is little. */
  #written: GitObject[] | undefined = [];
  #size = 0;
  readonly #oids: Oid[] = [];
  /** Trees of the commits written here. */
  readonly #treeOf = new Map<Oid, Oid>();
  /** Trees that were written or read, the newest, and those before them: a map that loses its first entry one by one is slow. */
  #trees = new Map<Oid, Uint8Array>();
  #older = new Map<Oid, Uint8Array>();
  #bytes = 0;

  constructor(sink: ObjectSink, object: (oid: Oid) => Promise<GitObject | undefined>, know: (objects: readonly GitObject[]) => void) {
    this.#sink = sink;
    this.#object = object;
    this.#know = know;
  }

  #marked(oid: Oid): Written {
    return { mark: this.#oids.push(oid) };
  }

  async #write(type: ObjectType, content: Uint8Array, like?: Like): Promise<Oid> {
    this.#size += content.length;
    if (this.#size > told) this.#written = undefined;
    const kept = this.#written && Buffer.from(content); // which is the caller's again
    const oid = await this.#sink.write(type, content, like);
    if (kept) this.#written?.push({ oid, type, content: kept });
    return oid;
  }

  readonly #resolve = (named: Named): Oid => {
    if (typeof named === 'string') return named;
    const oid = this.#oids[named.mark - 1];
    if (oid === undefined) throw new TypeError(`No object was written under mark ${named.mark}`);
    return oid;
  };

  async #read(oid: Oid, type: string): Promise<GitObject> {
    const object = (await this.#sink.read(oid)) ?? (await this.#object(oid));
    if (object?.type !== type) throw fail('bad-object', { oid, reason: object ? `it is no ${type}` : 'it is missing' });
    return object;
  }

  readonly #store: TreeStore = {
    content: (tree) => this.#kept(tree) ?? this.#readTree(tree),
    write: async ({ content, begin, end }, was) => {
      const before = was === undefined ? undefined : this.#kept(was);
      const oid = await this.#write('tree', content, was && before && { oid: was, content: before, begin, end });
      this.#keep(oid, content);
      return oid;
    },
  };

  async #readTree(tree: Oid): Promise<Uint8Array> {
    const { content } = await this.#read(tree, 'tree');
    this.#keep(tree, content);
    return content;
  }

  #keep(oid: Oid, content: Uint8Array): void {
    this.#trees.set(oid, content);
    this.#bytes += content.length;
    if (this.#bytes <= kept) return;
    this.#older = this.#trees;
    this.#trees = new Map();
    this.#bytes = 0;
  }

  #kept(oid: Oid): Uint8Array | undefined {
    return this.#trees.get(oid) ?? this.#older.get(oid);
  }

  async #baseTree({ parents, base }: NewCommit): Promise<Oid | undefined> {
    const commit = base === undefined ? parents[0] : (base ?? undefined);
    if (commit === undefined) return undefined;
    const oid = this.#resolve(commit);
    return this.#treeOf.get(oid) ?? decodeCommit((await this.#read(oid, 'commit')).content, oid).tree;
  }

  async blob(content: Uint8Array): Promise<Written> {
    return this.#marked(await this.#write('blob', content));
  }

  async commit(commit: NewCommit): Promise<Written> {
    assertText(commit.text);
    for (const [path] of commit.changes) assertPath(path);
    const changes = commit.changes.map(([path, blob]): [string, Oid | null] => [path, blob && this.#resolve(blob)]);
    const tree = await buildTree(this.#store, await this.#baseTree(commit), changes);
    const oid = await this.#write('commit', encodeCommit(tree, commit.parents.map(this.#resolve), commit.text));
    this.#treeOf.set(oid, tree);
    return this.#marked(oid);
  }

  async id(written: Written): Promise<Oid> {
    return this.#resolve(written);
  }

  async finish(tips: readonly Named[] = []): Promise<(written: Written) => Oid> {
    try {
      await this.#sink.publish(tips.map(this.#resolve));
    } catch (error) {
      await this.abort();
      throw error;
    }
    this.#know(this.#written ?? []);
    return this.#resolve;
  }

  abort(): Promise<void> {
    return this.#sink.discard();
  }
}
