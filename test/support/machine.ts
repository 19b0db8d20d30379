import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Host } from '../../src/host.ts';
import { type Context, openContext } from '../../src/ops/context.ts';
import { blank, type RemoteSettings, writeRemote } from '../../src/ops/remote/settings.ts';
import { fetch, pull, push, sync } from '../../src/ops/sync.ts';
import type { SyncInput, SyncResult } from '../../src/ops/sync-result.ts';
import type { EngineChoice } from '../../src/store/engine.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { git } from '../store/sandbox.ts';
import { ImportHome } from './import-home.ts';

type Ends = Pick<TestContext, 'after'>;
export type Verb = 'fetch' | 'pull' | 'push' | 'sync';

/** A machine: the tools' files of one user, a store, and a remote that it shares with others. */
export class Machine {
  readonly home: ImportHome;
  readonly remote: RemoteSettings;
  readonly engine: EngineChoice;
  /** Milliseconds by which its clock is ahead. */
  readonly later: number;
  readonly warnings: string[] = [];

  constructor(t: Ends, url: string, options: { engine?: EngineChoice; later?: number; remote?: Partial<RemoteSettings> } = {}) {
    this.home = new ImportHome(t);
    this.engine = options.engine ?? 'system';
    this.later = options.later ?? 0;
    this.remote = { ...blank('origin'), url, primary: true, ...options.remote };
  }

  get gitdir(): string {
    return this.home.gitdir();
  }

  host(): Host {
    const host = this.home.host({ later: this.later });
    return { ...host, env: { ...host.env, HOME: this.home.home, GIT_CONFIG_NOSYSTEM: '1' } };
  }

  import() {
    return this.home.import({ engine: this.engine, later: this.later });
  }

  /** Does something with the open store, and closes it. */
  async with<Result>(act: (store: Store, context: Context) => Promise<Result>): Promise<Result> {
    const host = this.host();
    const context = openContext(host, () => Promise.reject(new Error('the test opens the store')), { store: this.home.store() });
    const store = await openStore(host, this.home.store(), { engine: this.engine, absent: 'make' });
    try {
      return await act(store, context);
    } finally {
      this.warnings.push(...context.warnings);
      await store.engine.close();
    }
  }

  run(verb: Verb, input: Partial<SyncInput> = {}): Promise<SyncResult> {
    return this.with(async (store, context) => {
      await writeRemote(context, this.remote);
      return { fetch, pull, push, sync }[verb](context, store, { full: false, ...input });
    });
  }

  sync(): Promise<SyncResult> {
    return this.run('sync');
  }

  /** Everything that leaves the machine: branches, source records, catalogue. */
  refs(): string {
    return refsOf(this.gitdir);
  }

  git(args: string[]): string {
    return git(this.gitdir, args);
  }
}

/** Returns the refs of a repository that machines have in common, with their tips. */
export function refsOf(gitdir: string): string {
  return git(gitdir, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/', 'refs/convo/raw/']);
}

/** Makes an empty bare repository that records every update that was forced; returns its folder. */
export function sharedRemote(t: Ends): string {
  const folder = join(new ImportHome(t).folder, 'remote.git');
  const run = spawnSync('git', ['init', '-q', '--bare', '--initial-branch=main', folder], {
    env: { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  git(folder, ['config', 'receive.denyNonFastForwards', 'true']);
  return folder;
}
