import type { Host } from '../../host.ts';
import { checkFormat, createBare, type RefStorage } from '../bare.ts';
import { type Claim, makeClaim } from '../claim.ts';
import type { Check, GitEngine, GitObject, ObjectName, ObjectWriter, Oid, Ref, RefMove } from '../git.ts';
import { listRefs } from '../list-refs.ts';
import { moveLooseRefs } from '../move-refs.ts';
import { objectWriter } from '../object-writer.ts';
import { moveMany } from '../packed-move.ts';
import { removeLeftovers } from '../recover.ts';
import { findProblems } from './check.ts';
import { openLoose } from './loose-writer.ts';
import { packReader } from './packs.ts';
import { type ObjectReader, objectReader } from './reader.ts';

/** Returns the engine that needs no git: packs are read by isomorphic-git, everything is written here. */
export function isomorphicEngine(host: Host, gitdir: string): GitEngine {
  return new IsomorphicEngine(host, gitdir);
}

class IsomorphicEngine implements GitEngine {
  readonly name = 'isomorphic';
  readonly #host: Host;
  readonly #gitdir: string;
  readonly #reader: ObjectReader;
  #format: Promise<RefStorage> | undefined;
  #claim: Promise<Claim> | undefined;

  constructor(host: Host, gitdir: string) {
    this.#host = host;
    this.#gitdir = gitdir;
    this.#reader = objectReader(host, gitdir, packReader(host, gitdir));
  }

  /** A repository of a kind that cannot be read here would look empty: so it is refused before the first look. */
  #ready(): Promise<RefStorage> {
    this.#format ??= checkFormat(this.#host, this.#gitdir, 'isomorphic').catch((error: unknown) => {
      this.#format = undefined;
      throw error;
    });
    return this.#format;
  }

  async #write(): Promise<Claim> {
    await this.#ready();
    this.#claim ??= makeClaim(this.#host, this.#gitdir).catch((error: unknown) => {
      this.#claim = undefined; // the next attempt may succeed
      throw error;
    });
    return this.#claim;
  }

  async init(): Promise<void> {
    await createBare(this.#host, this.#gitdir);
    await this.#ready();
  }

  async read(name: ObjectName): Promise<GitObject | undefined> {
    await this.#ready();
    return this.#reader.read(name);
  }

  async *readMany(names: Iterable<ObjectName>): AsyncIterable<GitObject | undefined> {
    for (const name of names) yield await this.read(name);
  }

  async refs(prefix: string): Promise<Ref[]> {
    await this.#ready();
    return listRefs(this.#host, this.#gitdir, prefix);
  }

  async writer(): Promise<ObjectWriter> {
    const { path } = await this.#write();
    return objectWriter(await openLoose(this.#host, this.#gitdir, path), (oid) => this.#reader.object(oid));
  }

  async moveRefs(moves: RefMove[]): Promise<void> {
    const { path } = await this.#write();
    const isCommit = async (oid: Oid) => (await this.#reader.object(oid))?.type === 'commit';
    const move = (some: readonly RefMove[]) => moveLooseRefs(this.#host, this.#gitdir, path, some, isCommit);
    await moveMany(this.#host, this.#gitdir, path, moves, { move, readMany: (oids) => this.readMany(oids) });
  }

  async check(): Promise<Check> {
    await this.#ready();
    return { problems: await findProblems(this.#host, this.#gitdir, this.#reader) };
  }

  recover(): Promise<string[]> {
    return removeLeftovers(this.#host, this.#gitdir);
  }

  /** Packing is left to a git, if one ever comes to this machine: a pack written here would be a format to own. */
  async maintain(): Promise<void> {
    await this.#ready();
  }

  async close(): Promise<void> {
    await (await this.#claim)?.release();
    this.#claim = undefined;
  }
}
