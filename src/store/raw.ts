import type { Redacted } from '../model/redaction.ts';
import type { Named, ObjectWriter, Oid, Written } from './git.ts';
import { chunkName, documentPath, readChunkFile, variantName } from './layout.ts';
import type { Memory } from './memory.ts';
import { objectId } from './objects.ts';
import type { SourceState } from './state.ts';

const chunkRecords = 256;
const chunkBytes = 16 << 20;
const firstHeld = 64 << 10;

/** A chunk as it was written, and the bytes of the source that it holds. */
interface Chunk {
  plain: string;
  written: Written;
  oid: Oid;
  offset: number;
  length: number;
  /** The shorter content that this one was made from. */
  grown?: Oid;
}

/** Files of one source in the tree of its raw ref: name below the source's folder → blob. */
export interface RawFolder {
  files: ReadonlyMap<string, Oid>;
  read(oid: Oid): Promise<Uint8Array>;
}

/** A source's folder with changes that are not committed yet; several sources of one run may add to it. */
export class FolderChanges implements RawFolder {
  readonly files: Map<string, Oid>;
  private readonly base: RawFolder;
  private readonly changes = new Map<string, Named | null>();
  private readonly added = new Map<Oid, { blob: Named; read: () => Promise<Uint8Array> }>();

  constructor(base: RawFolder) {
    this.base = base;
    this.files = new Map(base.files);
  }

  async read(oid: Oid): Promise<Uint8Array> {
    return this.added.get(oid)?.read() ?? this.base.read(oid);
  }

  set(name: string, oid: Oid, blob: Named, read: () => Promise<Uint8Array>): void {
    this.added.set(oid, { blob, read });
    this.files.set(name, oid);
    this.changes.set(name, blob);
  }

  remove(name: string): void {
    this.files.delete(name);
    this.changes.set(name, null);
  }

  rename(name: string, to: string): void {
    const oid = this.files.get(name);
    if (oid === undefined) return;
    this.remove(name);
    this.files.set(to, oid);
    this.changes.set(to, this.added.get(oid)?.blob ?? oid);
  }

  /** Returns what differs from the folder as it stood: name → blob, or null for a file that is gone. */
  list(): [name: string, blob: Named | null][] {
    return [...this.changes].filter(([name, blob]) => blob !== null || this.base.files.has(name));
  }
}

/** What a source's raw needs of the source itself when an older content stands at the same path. */
export interface Reread {
  range(offset: number, length: number): Promise<Uint8Array>;
  document(key: string): Promise<Uint8Array>;
}

/**
 * Writes the records of one source as chunks that close at 256 records or before 16 MB and are named after their predecessor,
 * so that in order they are the file (format.md 6).
 */
export class RawWriter {
  private readonly writer: ObjectWriter;
  private readonly chunks: Chunk[] = [];
  private readonly documents: { key: string; written: Written; oid: Oid }[] = [];
  private readonly memory: Memory;
  /** Begins with the bytes of the open chunk. */
  private held: Buffer<ArrayBuffer>;
  private openBytes = 0;
  private openRecords = 0;
  private openOffset: number;
  private k = 0;
  private name = chunkName(0);
  /** The content that the open chunk had when the source was read last. */
  private grown: Oid | undefined;

  /** `at`: where the last reading stopped, with the bytes of the chunk that was open then. */
  constructor(writer: ObjectWriter, memory: Memory, offset: number, at?: { state: NonNullable<SourceState['raw']>; bytes: Uint8Array }) {
    this.writer = writer;
    this.memory = memory;
    this.held = memory.take(firstHeld);
    this.openOffset = offset;
    if (!at) return;
    this.k = at.state.k;
    this.name = at.state.name;
    this.hold(at.bytes);
    this.openRecords = at.state.records;
    this.openOffset = offset - at.bytes.length;
    this.grown = objectId('blob', at.bytes);
  }

  async records(records: readonly Redacted<Uint8Array>[]): Promise<void> {
    for (const record of records) {
      if (this.openRecords === chunkRecords || (this.openRecords > 0 && this.openBytes + record.length > chunkBytes)) await this.close();
      this.hold(record);
      this.openRecords += 1;
    }
  }

  private hold(bytes: Uint8Array): void {
    const end = this.openBytes + bytes.length;
    if (end > this.held.length) {
      const larger = this.memory.take(Math.max(end, Math.min(this.held.length * 2, chunkBytes)));
      this.held.copy(larger, 0, 0, this.openBytes);
      this.memory.giveBack(this.held);
      this.held = larger;
    }
    this.held.set(bytes, this.openBytes);
    this.openBytes = end;
  }

  /** Passes over a line that is too long to keep; a chunk ends there, so that each holds one range of the file. */
  async skip(length: number): Promise<void> {
    if (this.openRecords > 0) await this.close();
    this.openOffset += length;
  }

  async document(key: string, bytes: Redacted<Uint8Array>): Promise<void> {
    const written = await this.writer.blob(bytes);
    this.documents.push({ key, written, oid: await this.writer.id(written) });
  }

  private async close(): Promise<void> {
    const bytes = this.held.subarray(0, this.openBytes);
    await this.write(bytes);
    this.k += 1;
    this.name = chunkName(this.k, { name: this.name, bytes });
    this.openOffset += bytes.length;
    this.openBytes = 0;
    this.openRecords = 0;
    this.grown = undefined;
  }

  private async write(bytes: Uint8Array): Promise<Oid> {
    if (this.grown !== undefined && this.grown === objectId('blob', bytes)) return this.grown;
    const written = await this.writer.blob(bytes);
    const oid = await this.writer.id(written);
    const { name: plain, openOffset: offset, grown } = this;
    this.chunks.push({ plain, written, oid, offset, length: bytes.length, ...(grown ? { grown } : {}) });
    return oid;
  }

  /** Ends the last chunk; returns where the next reading goes on. */
  async finish(): Promise<SourceState['raw']> {
    const bytes = this.held.subarray(0, this.openBytes);
    const oid = bytes.length > 0 ? await this.write(bytes) : objectId('blob', bytes);
    this.memory.giveBack(this.held);
    return { name: this.name, k: this.k, records: this.openRecords, size: bytes.length, oid };
  }

  /** Puts what was written into the source's folder: at each path stands the union of what stood there and this. */
  async merge(folder: FolderChanges, reread: Reread): Promise<void> {
    for (const chunk of this.chunks) await mergeChunk(chunk, folder, reread);
    for (const { key, written, oid } of this.documents) {
      const path = documentPath(key);
      const old = folder.files.get(path);
      if (old === oid || (old && !isLater(await reread.document(key), await folder.read(old)))) continue;
      folder.set(path, oid, written, () => reread.document(key));
    }
  }
}

/** Of two versions of a document the longer one stands, else the greater bytes. */
const isLater = (bytes: Uint8Array, old: Uint8Array) =>
  bytes.length > old.length || (bytes.length === old.length && Buffer.compare(bytes, old) > 0);

/** At one path stand all contents that are no prefix of another: one alone under the plain name, several each with a hash. */
async function mergeChunk(chunk: Chunk, folder: FolderChanges, reread: Reread): Promise<void> {
  const standing = [...folder.files].filter(([name]) => readChunkFile(name)?.plain === chunk.plain);
  if (standing.some(([, oid]) => oid === chunk.oid)) return;
  const read = () => reread.range(chunk.offset, chunk.length);
  const hasOnlyGrown = standing.length === 1 && standing[0]?.[1] === chunk.grown && standing[0]?.[0] === chunk.plain;
  if (standing.length === 0 || hasOnlyGrown) return folder.set(chunk.plain, chunk.oid, chunk.written, read);
  const content = await read();
  const others: { name: string; oid: Oid; content: Uint8Array }[] = [];
  for (const [name, oid] of standing) {
    const old = await folder.read(oid);
    if (startsWith(old, content)) return;
    if (startsWith(content, old)) folder.remove(name);
    else others.push({ name, oid, content: old });
  }
  for (const other of others) if (other.name === chunk.plain) folder.rename(other.name, variantName(chunk.plain, other.content));
  folder.set(others.length === 0 ? chunk.plain : variantName(chunk.plain, content), chunk.oid, chunk.written, read);
}

const startsWith = (whole: Uint8Array, start: Uint8Array) =>
  start.length <= whole.length && Buffer.compare(whole.subarray(0, start.length), start) === 0;

/** The files of one variant of a source, in order. */
export interface RawChain {
  names: string[];
}

/** Returns the variants of a source that its folder holds: one chain of chunks for each content that has no successor. */
export async function rawChains(folder: RawFolder): Promise<RawChain[]> {
  const byPlain = new Map<string, string[]>();
  for (const name of folder.files.keys()) {
    const plain = readChunkFile(name)?.plain;
    if (plain) byPlain.set(plain, [...(byPlain.get(plain) ?? []), name].sort());
  }
  const chains: RawChain[] = [];
  const follow = async (k: number, plain: string, names: string[]): Promise<void> => {
    for (const name of byPlain.get(plain) ?? []) {
      const oid = folder.files.get(name);
      if (!oid) continue;
      const next = chunkName(k + 1, { name: plain, bytes: await folder.read(oid) });
      if (byPlain.has(next)) await follow(k + 1, next, [...names, name]);
      else chains.push({ names: [...names, name] });
    }
  };
  await follow(0, chunkName(0), []);
  return chains;
}
