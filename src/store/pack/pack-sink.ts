import { join } from 'node:path';
import { builtin } from '../../builtin.ts';
import type { Host } from '../../host.ts';
import { cannotRead, cannotWrite, createAllSynced, createSynced, objectMode, readAt, removeIfThere } from '../files.ts';
import type { GitObject, ObjectType, Oid } from '../git.ts';
import { type ReadyRefs, refFiles } from '../move-refs.ts';
import { objectId, sha1 } from '../objects.ts';
import type { Like, ObjectSink } from '../sink.ts';
import { adoptPack } from './adopt.ts';
import { sealIndex } from './encode-index.ts';
import { offsetDelta, typeNumber } from './format.ts';
import { startInflate } from './inflate.ts';
import { makeDelta } from './make-delta.ts';
import { objectAt } from './pack-file.ts';
import { newPackName } from './pack-name.ts';
import { type Batch, headLength, ownThread, type PackedBatch, type Packer, packHead, packOne, startPack } from './packer.ts';
import { packerForMuch } from './thread-packer.ts';

/** Bytes that are packed together, and bytes that may wait for the packer before the caller has to. */
const batchSize = 1 << 20;
const ahead = 6 << 20;
/** In a pack of one batch: to begin deflating takes as long as all else that is done for it. */
const worthDeflatingHere = 4096;
/** Content from this size on is packed by itself. */
const large = 1 << 20;
/** Bytes of one batch at most. */
const roomFor = batchSize + large;
const pieceSize = 1 << 20;
/** Bytes that the disk is told to take while more is written: the last sync of a large pack waits for less. */
const syncedTogether = 24 << 20;

/** Deltas upon deltas: each has to be read for the last one. */
const deepest = 16;
/** What is noted of an object: its number in the pack, times this, and how many deltas deep it is. */
const depths = deepest + 1;

interface Pending {
  oids: Oid[];
  types: number[];
  bases: number[];
  sizes: number[];
  /** Room for all contents, which are copied into it; handed to the packer with them. */
  contents: Uint8Array;
  room: Uint8Array;
  size: number;
}

const none = new Uint8Array(0);
const nothing = (): Pending => ({ oids: [], types: [], bases: [], sizes: [], contents: none, room: none, size: 0 });

type File = Awaited<ReturnType<Host['fs']['open']>>;

/** Returns a sink that makes a pack in a folder, a writer's claim; `ready` is told of the files that refs will become. */
export function openPack(host: Host, gitdir: string, folder: string, ready: ReadyRefs = new Map()): ObjectSink {
  return new PackSink(host, gitdir, folder, newPackName(host.now()), ready);
}

/**
 * One pack of everything that a writer writes. Its head and its index are written when it is published. A pack of one batch is made in
 * memory then: its file is opened before that only where there is more, or where something of it is read.
 */
class PackSink implements ObjectSink {
  readonly #host: Host;
  readonly #gitdir: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #ready: ReadyRefs;
  #file: File | undefined;
  #packer: Packer | undefined;
  readonly #inflate = startInflate();
  readonly #own = new Map<Oid, number>();
  /** Where each object begins, by its number. */
  readonly #offsets: number[] = [];
  #pending = nothing();
  readonly #sent: Promise<void>[] = [];
  /** Memory of batches that were packed. */
  readonly #spare: Pick<PackedBatch, 'contents' | 'room'>[] = [];
  #waiting = 0;
  #end = headLength;
  #syncs: Promise<void>[] = [];
  #syncedTo = 0;
  /** Its files stand in the folder, or a part of them. */
  #begun = false;
  #failure: unknown;
  readonly #fail = (error: unknown): void => {
    this.#failure ??= cannotWrite(this.#path, error);
  };

  constructor(host: Host, gitdir: string, folder: string, name: string, ready: ReadyRefs) {
    this.#host = host;
    this.#gitdir = gitdir;
    this.#folder = folder;
    this.#name = name;
    this.#ready = ready;
  }

  get #path(): string {
    return join(this.#folder, `${this.#name}.pack`);
  }

  get #indexPath(): string {
    return join(this.#folder, `${this.#name}.idx`);
  }

  async write(type: ObjectType, content: Uint8Array, like?: Like): Promise<Oid> {
    if (this.#failure !== undefined) throw this.#failure;
    const oid = objectId(type, content);
    if (this.#own.has(oid)) return oid;
    const base = like && this.#own.get(like.oid);
    const depth = (base ?? deepest) % depths;
    const delta = like && depth < deepest ? makeDelta(like.content, content, like) : undefined;
    this.#own.set(oid, this.#own.size * depths + (delta ? depth + 1 : 0));
    if (!delta && content.length >= large) {
      await this.#writeAlone(oid, typeNumber[type], content);
      return oid;
    }
    this.#add(oid, delta ? offsetDelta : typeNumber[type], delta ? Math.floor((base ?? 0) / depths) : 0, delta ?? content);
    if (this.#pending.size >= batchSize) this.#send(packerForMuch);
    while (this.#waiting > ahead) await this.#sent.shift();
    return oid;
  }

  /** Packs an object where it stands: copies of it for another thread would stand in memory for long. */
  async #writeAlone(oid: Oid, type: number, content: Uint8Array): Promise<void> {
    await this.#drain(packerForMuch);
    const { bytes, sum } = packOne(type, content);
    try {
      await this.#append(bytes, Uint32Array.of(bytes.length));
    } catch (error) {
      this.#fail(error);
      throw this.#failure;
    }
    this.#packer ??= packerForMuch();
    this.#packer.pass({ oid, length: bytes.length, sum });
  }

  #add(oid: Oid, type: number, base: number, content: Uint8Array): void {
    const pending = this.#pending;
    if (pending.oids.length === 0)
      Object.assign(pending, this.#spare.pop() ?? { contents: new Uint8Array(roomFor), room: new Uint8Array(roomFor) });
    pending.oids.push(oid);
    pending.types.push(type);
    pending.bases.push(base);
    pending.sizes.push(content.length);
    pending.contents.set(content, pending.size);
    pending.size += content.length;
  }

  /** Gives what is pending to the packer; its answer is written behind that to the batch before. A thread takes as long to start as 2 MB to be packed. */
  #send(start: () => Packer): void {
    const { oids, size } = this.#pending;
    if (oids.length === 0) return;
    const batch = batchOf(this.#pending);
    this.#pending = nothing();
    this.#packer ??= start();
    const answer = this.#packer.pack(batch);
    this.#waiting += size;
    const before = this.#sent.at(-1);
    const job = Promise.all([answer, before]).then(async ([packed]) => {
      await this.#append(packed.room.subarray(0, packed.size), packed.lengths);
      this.#spare.push({ contents: packed.contents, room: packed.room });
    });
    this.#sent.push(job.catch(this.#fail).finally(() => (this.#waiting -= size)));
  }

  async #append(bytes: Uint8Array, lengths: Uint32Array): Promise<void> {
    this.#begun = true;
    this.#file ??= await this.#host.fs.open(this.#path, 'wx+', objectMode);
    await writeWhole(this.#file, bytes, this.#end);
    for (const length of lengths) {
      this.#offsets.push(this.#end);
      this.#end += length;
    }
    if (this.#end - this.#syncedTo > syncedTogether) this.#syncAhead(this.#file);
  }

  #syncAhead(file: File): void {
    this.#syncedTo = this.#end;
    this.#syncs.push(file.sync().catch(this.#fail));
  }

  async #drain(start = ownThread): Promise<void> {
    this.#send(start);
    while (this.#sent.length > 0) await this.#sent.shift();
    await Promise.all(this.#syncs.splice(0));
    if (this.#failure !== undefined) throw this.#failure;
  }

  async read(oid: Oid): Promise<GitObject | undefined> {
    const own = this.#own.get(oid);
    if (own === undefined) return undefined;
    await this.#drain();
    const bytes = (at: number, length: number) => (this.#file ? readAt(this.#host.fs, this.#file.fd, at, length) : Buffer.alloc(0));
    const object = objectAt({ bytes, inflate: this.#inflate, find: () => undefined }, this.#offsets[Math.floor(own / depths)] ?? 0);
    if (!object) throw cannotRead(this.#path, new Error(`object ${oid} is not as it was written`));
    return { oid, ...object };
  }

  async publish(tips: readonly Oid[] = []): Promise<void> {
    if (this.#own.size > 0) {
      if (this.#isSmall) this.#createWhole(tips);
      else await this.#finish();
      await adoptPack(this.#host, this.#gitdir, this.#folder, this.#name);
      this.#begun = false;
    }
    await this.discard();
  }

  /** All of it is pending still. */
  get #isSmall(): boolean {
    return this.#pending.oids.length === this.#own.size;
  }

  #createWhole(tips: readonly Oid[]): void {
    const packing = startPack(worthDeflatingHere);
    const packed = packing.pack(batchOf(this.#pending));
    this.#pending = nothing();
    const pack = Buffer.concat([packHead(this.#own.size), packed.room.subarray(0, packed.size)]);
    const checksum = sha1(pack);
    this.#begun = true;
    try {
      const refs = refFiles(this.#folder, tips);
      createAllSynced(this.#host.fs, [
        [this.#path, Buffer.concat([pack, checksum]), objectMode],
        [this.#indexPath, sealIndex(packing.index(), checksum), objectMode],
        ...refs.values(),
      ]);
      for (const [oid, [path]] of refs) this.#ready.set(oid, path);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  async #finish(): Promise<void> {
    await this.#drain();
    try {
      const [file, packer] = [this.#file, this.#packer];
      if (!file || !packer) throw new Error('nothing was written');
      const [index, checksum] = await Promise.all([packer.index(), this.#seal(file)]);
      createSynced(this.#host.fs, this.#indexPath, sealIndex(index, checksum), objectMode);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** Writes the head and the checksum of the pack, which it returns. */
  async #seal(file: File): Promise<Uint8Array> {
    await writeWhole(file, packHead(this.#own.size), 0);
    const checksum = await checksumOf(file, this.#end);
    await writeWhole(file, checksum, this.#end);
    await file.sync();
    await this.#close();
    return checksum;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async discard(): Promise<void> {
    await Promise.all([...this.#sent, ...this.#syncs]);
    await this.#close();
    await this.#packer?.close();
    if (!this.#begun) return;
    for (const path of [this.#path, this.#indexPath]) await removeIfThere(this.#host.fs, path);
    this.#begun = false;
  }
}

const batchOf = ({ oids, types, sizes, bases, contents, room }: Pending): Batch => ({
  oids: oids.join(''),
  types: Uint8Array.from(types),
  sizes: Uint32Array.from(sizes),
  bases: Uint32Array.from(bases),
  contents,
  room,
});

async function checksumOf(file: File, end: number): Promise<Uint8Array> {
  const hash = builtin.crypto.createHash('sha1');
  const piece = Buffer.alloc(pieceSize);
  for (let at = 0; at < end; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - at), at);
    if (bytesRead === 0) throw new Error('the pack is shorter than what was written');
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest();
}

async function writeWhole(file: File, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
