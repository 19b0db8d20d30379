import { dirname, join } from 'node:path';
import type { Host } from '../../host.ts';
import { cannotWrite, isAbsent, makeFolders, nonce, objectMode, removeTree, statIfThere, syncFolderIfThere } from '../files.ts';
import type { GitObject, ObjectType, Oid } from '../git.ts';
import { encodeLoose, loosePath, looseProblem, readObjectFile } from '../loose.ts';
import { objectId } from '../objects.ts';
import type { ObjectSink } from '../sink.ts';

/** Objects that are being written to disk at once: the disk takes syncs in groups. */
const atOnce = 16;
const tries = 10;

/** Opens a sink for loose objects, with a folder of its own below `folder`, a writer's claim. */
export async function openLoose(host: Host, gitdir: string, folder: string): Promise<ObjectSink> {
  const scratch = join(folder, `write-${nonce()}`);
  await makeFolders(host.fs, scratch);
  return new LooseSink(host, gitdir, scratch);
}

/**
 * Writes loose objects: each into a file of the claim's folder, synced, and all of them to their places in `publish`. So a
 * place holds a whole object or none, whatever happens. An object that is there is looked at before it is believed: one torn
 * by another program is written anew.
 */
class LooseSink implements ObjectSink {
  readonly #host: Host;
  readonly #gitdir: string;
  readonly #scratch: string;
  readonly #begun = new Map<Oid, Promise<void>>();
  readonly #running = new Set<Promise<void>>();
  readonly #written: Oid[] = [];
  #failure: unknown;

  /** `scratch`: an empty folder for this writer alone. */
  constructor(host: Host, gitdir: string, scratch: string) {
    this.#host = host;
    this.#gitdir = gitdir;
    this.#scratch = scratch;
  }

  #temporary(oid: Oid): string {
    return join(this.#scratch, oid);
  }

  /** Returns the object's id at once when there is room for its bytes, else when there is. */
  async write(type: ObjectType, content: Uint8Array): Promise<Oid> {
    const oid = objectId(type, content);
    if (this.#begun.has(oid)) return oid;
    while (this.#running.size >= atOnce) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = encodeLoose(type, content);
    const job = this.#store(oid, bytes).catch((error: unknown) => {
      this.#failure ??= cannotWrite(this.#temporary(oid), error);
    });
    const done = job.finally(() => this.#running.delete(done));
    this.#running.add(done);
    this.#begun.set(oid, done);
    return oid;
  }

  async #store(oid: Oid, bytes: Uint8Array): Promise<void> {
    if (await this.#isThere(oid)) return;
    await this.#create(this.#temporary(oid), bytes);
    this.#written.push(oid);
  }

  /** Writes and syncs a new file beside others: several wait for the disk at the same time. */
  async #create(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#host.fs.open(path, 'wx', objectMode);
    try {
      await file.writeFile(bytes);
      await file.chmod(objectMode);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Tells whether a sound object is there, and makes it young: git prunes only what is old. */
  async #isThere(oid: Oid): Promise<boolean> {
    const path = loosePath(this.#gitdir, oid);
    if (!(await statIfThere(this.#host.fs, path)) || (await looseProblem(this.#host, this.#gitdir, oid)) !== undefined) return false;
    const seconds = this.#host.now() / 1000;
    try {
      this.#host.fs.utimesSync(path, seconds, seconds);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  /** Returns an object that was written here and is not published yet; undefined for any other. */
  async read(oid: Oid): Promise<GitObject | undefined> {
    await this.#begun.get(oid);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#begun.has(oid) ? readObjectFile(this.#host, this.#temporary(oid), oid) : undefined;
  }

  /** Brings all objects to their places; durable on return. */
  async publish(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
    const { fs } = this.#host;
    const folders = new Set(this.#written.map((oid) => dirname(loosePath(this.#gitdir, oid))));
    for (const folder of folders) await makeFolders(fs, folder);
    for (const oid of this.#written) await this.#place(oid);
    for (const folder of folders) await syncFolderIfThere(fs, folder);
    await this.discard();
  }

  /** Another git that packs removes folders that are empty for a moment: then the folder is made again. */
  async #place(oid: Oid): Promise<void> {
    const path = loosePath(this.#gitdir, oid);
    for (let left = tries; ; left -= 1) {
      try {
        return this.#host.fs.renameSync(this.#temporary(oid), path);
      } catch (error) {
        if (left === 0 || !isAbsent(error)) throw cannotWrite(path, error);
        await makeFolders(this.#host.fs, dirname(path));
      }
    }
  }

  /** Removes what was not published. */
  async discard(): Promise<void> {
    await Promise.all(this.#running);
    await removeTree(this.#host.fs, this.#scratch);
  }
}
