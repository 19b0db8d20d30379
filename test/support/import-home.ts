import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { disk, type Host, type HostFs } from '../../src/host.ts';
import { openContext } from '../../src/ops/context.ts';
import { importSources } from '../../src/ops/import.ts';
import type { ImportInput, ImportResult } from '../../src/ops/import-result.ts';
import type { EngineChoice } from '../../src/store/engine.ts';
import { openStore } from '../../src/store/store.ts';

const second = 1000;
const day = 24 * 60 * 60 * second;
/** Rest after which every turn is finished. */
export const atRest = 8 * day;
/** Rest of a file that its tool writes to right now. */
export const growing = second;

/** A file of a home folder: its path below it, and its content. */
export interface HomeFile {
  path: string;
  bytes: Uint8Array;
}

export interface ImportOptions extends Partial<ImportInput> {
  engine?: EngineChoice;
  /** Milliseconds by which the host's clock is ahead. */
  later?: number;
  fs?: HostFs;
  /** Another folder than `store` beside the home folder. */
  store?: string;
}

/** Memory where the machine has a file system in it: what is killed there is as dead as on a disk. */
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A home folder as the tools lay it out, and stores beside it; removed when the test ends. */
export class ImportHome {
  readonly folder = mkdtempSync(join(scratch, 'convo-import-'));
  readonly home = join(this.folder, 'home');

  constructor(t: Pick<TestContext, 'after'>) {
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  path(name: string): string {
    return join(this.home, name);
  }

  store(name = 'store'): string {
    return join(this.folder, name);
  }

  gitdir(name = 'store'): string {
    return join(this.store(name), 'store.git');
  }

  /** Writes a file in place, as a tool that appends does; `idle` milliseconds ago. */
  async put(name: string, bytes: Uint8Array | string, idle = atRest): Promise<void> {
    const path = this.path(name);
    await fs.mkdir(dirname(path), { recursive: true });
    await fs.writeFile(path, bytes);
    await this.rest(name, idle);
  }

  async putAll(files: readonly HomeFile[], idle = atRest): Promise<void> {
    for (const { path, bytes } of files) await this.put(path, bytes, idle);
  }

  async rest(name: string, idle: number): Promise<void> {
    const time = (Date.now() - idle) / second;
    await fs.utimes(this.path(name), time, time);
  }

  host(options: Pick<ImportOptions, 'later' | 'fs'> = {}): Host {
    const { later = 0 } = options;
    return {
      home: this.home,
      env: { PATH: process.env.PATH },
      cwd: this.folder,
      platform: process.platform,
      pid: process.pid,
      fs: options.fs ?? disk,
      now: () => Date.now() + later,
      signal: new AbortController().signal,
    };
  }

  /** Imports as one run of `convo import` does: opens the store, and closes it behind itself. */
  async import(options: ImportOptions = {}): Promise<ImportResult> {
    const { engine = 'system', store = 'store', later, fs: other, ...input } = options;
    const host = this.host({ ...(later === undefined ? {} : { later }), ...(other ? { fs: other } : {}) });
    return importOnce(host, this.store(store), engine, input);
  }
}

/** One import by a host into the store at a folder, which is made when it is not there. */
export async function importOnce(
  host: Host,
  folder: string,
  engine: EngineChoice,
  input: Partial<ImportInput> = {},
): Promise<ImportResult> {
  const noBackend = () => Promise.reject(new Error('an import opens its store itself'));
  const context = openContext(host, noBackend, { store: folder });
  const store = await openStore(host, folder, { engine, absent: 'make' });
  try {
    return await importSources(context, store, { names: [], dryRun: false, close: false, again: false, ...input });
  } finally {
    await store.engine.close();
  }
}
