import { builtin } from '../../builtin.ts';
import { checkFormat, createBare, type RefStorage } from '../bare.ts';
import { type Claim, makeClaim } from '../claim.ts';
import type { Check, GitEngine, ObjectName, ObjectWriter, Oid, Ref, RefMove } from '../git.ts';
import { listRefs } from '../list-refs.ts';
import { moveLooseRefs, type ReadyRefs } from '../move-refs.ts';
import { objectWriter } from '../object-writer.ts';
import { openPack } from '../pack/pack-sink.ts';
import { moveMany } from '../packed-move.ts';
import { removeLeftovers, removeStaleLock } from '../recover.ts';
import type { ObjectSink } from '../sink.ts';
import { maintainSystem } from './maintain.ts';
import { packsThenGit } from './reader.ts';
import { lockInTheWay, refsFromGit, updateRefs } from './refs.ts';
import { type Git, runGit } from './spawn.ts';
import { requireVersion } from './version.ts';

/** How often a move is tried while another git holds a lock; each try waits half a second by itself (spawn.ts). */
const tries = 12;

/** Returns the engine over a git program; nothing is started before it is needed. */
export function systemEngine(git: Git): GitEngine {
  return new SystemEngine(git);
}

class SystemEngine implements GitEngine {
  readonly name = 'system';
  readonly #git: Git;
  readonly #reader;
  #storage: Promise<RefStorage> | undefined;
  #claim: Promise<Claim> | undefined;
  readonly #ready: ReadyRefs = new Map();
  #moved = 0;
  /** A caller that fails may leave one open. */
  readonly #sinks: ObjectSink[] = [];

  constructor(git: Git) {
    this.#git = git;
    this.#reader = packsThenGit(git);
  }

  /** That the store is of our kind, and how it keeps its refs. */
  #format(): Promise<RefStorage> {
    this.#storage ??= checkFormat(this.#git.host, this.#git.gitdir, 'system').catch((error: unknown) => {
      this.#storage = undefined;
      throw error;
    });
    return this.#storage;
  }

  /** Before anything is written: git is new enough, the store is of our kind, and a crash would be noticed. */
  async #write(): Promise<Claim> {
    const { host, gitdir } = this.#git;
    this.#claim ??= Promise.all([requireVersion(this.#git), this.#format()])
      .then(() => makeClaim(host, gitdir))
      .catch((error: unknown) => {
        this.#claim = undefined; // the next attempt may succeed
        throw error;
      });
    return this.#claim;
  }

  readonly #started = async (pid: number) => (await this.#write()).addChild(pid);

  async init(): Promise<void> {
    await createBare(this.#git.host, this.#git.gitdir);
    await this.#format();
  }

  read(name: ObjectName) {
    return this.#reader.read(name);
  }

  readMany(names: Iterable<ObjectName>) {
    return this.#reader.readMany(names);
  }

  async refs(prefix: string): Promise<Ref[]> {
    const isFiles = (await this.#format()) === 'files';
    return isFiles ? listRefs(this.#git.host, this.#git.gitdir, prefix) : refsFromGit(this.#git, prefix);
  }

  async writer(): Promise<ObjectWriter> {
    const { path } = await this.#write();
    const sink = openPack(this.#git.host, this.#git.gitdir, path, this.#ready);
    this.#sinks.push(sink);
    return objectWriter(
      sink,
      (oid) => this.read(oid),
      (objects) => this.#reader.know(objects),
    );
  }

  /** Where refs are files they are moved here, as the other engine does: starting git twice took a change as long as all else. */
  async moveRefs(moves: RefMove[]): Promise<void> {
    const { host, gitdir } = this.#git;
    const { path } = await this.#write();
    if ((await this.#format()) !== 'files') return this.#update(moves);
    const isCommit = async (oid: Oid) => (await this.read(oid))?.type === 'commit';
    await moveMany(host, gitdir, path, moves, {
      move: async (some) => {
        await moveLooseRefs(host, gitdir, path, some, isCommit, this.#ready);
        this.#moved += some.length;
      },
      readMany: (oids) => this.readMany(oids),
    });
  }

  async #update(moves: readonly RefMove[]): Promise<void> {
    for (let left = tries; ; left -= 1) {
      try {
        await updateRefs(this.#git, moves, this.#started);
        return;
      } catch (error) {
        const lock = lockInTheWay(error);
        if (left <= 1 || !lock) throw error;
        await removeStaleLock(this.#git.host, this.#git.gitdir, lock);
        await builtin.timers.setTimeout(builtin.crypto.randomInt(20, 200));
      }
    }
  }

  async check(): Promise<Check> {
    const { code, stdout, complaint } = await runGit(this.#git, ['fsck', '--full', '--strict', '--no-dangling', '--no-progress']);
    const lines = `${stdout.toString('utf8')}\n${complaint}`.split('\n').filter((line) => line !== '' && !line.startsWith('notice: '));
    if (code !== 0 && lines.length === 0) lines.push(`git fsck ended with code ${code}`);
    return { problems: lines };
  }

  recover(): Promise<string[]> {
    return removeLeftovers(this.#git.host, this.#git.gitdir);
  }

  async maintain(): Promise<void> {
    await this.#write();
    await maintainSystem(this.#git, this.#moved, this.#started);
    this.#moved = 0;
  }

  async close(): Promise<void> {
    await this.#reader.close();
    for (const sink of this.#sinks.splice(0)) await sink.discard();
    await (await this.#claim)?.release();
    this.#claim = undefined;
    this.#ready.clear();
  }
}
