import { join, resolve } from 'node:path';
import type { Host } from '../host.ts';
import type { Turn } from '../model/turn.ts';
import type { Entry, OpenTurn, Reader } from '../store/entry.ts';
import type { DeleteInput, DeleteResult, ForkInput, ForkResult, LabelInput, LabelResult } from './branch-result.ts';
import type { CloneInput, CloneResult } from './clone-result.ts';
import { type Config, readConfig } from './config.ts';
import type { FoundTool, ImportInput, ImportResult, UnplacedConversation } from './import-result.ts';
import type { EditInput, EditResult, TagInput, TagResult } from './label-result.ts';
import type { AmendInput, MadeResult, PickInput, RevertInput } from './made-result.ts';
import type { ContinueInput, MergeInput, MergeResult } from './merge-result.ts';
import type { OperationsInput, OperationsResult, SetBackInput, SetBackResult } from './operation-result.ts';
import type { ReimportInput, ReimportResult } from './reimport-result.ts';
import type { RemoteInput, RemoteResult } from './remote-result.ts';
import type { NativeThread, ResumeInput, ResumeResult } from './resume-result.ts';
import type { Settled } from './saved-open.ts';
import type { PrimaryStanding, SyncInput, SyncResult } from './sync-result.ts';
import type { Target } from './target.ts';
import type { VerifyResult } from './verify-result.ts';

/** Tells how far long work is; `total` undefined = not known. */
export type Report = (label: string, done: number, total?: number) => void;

/** The operations that need importers: those that write, that look at the tools' folders, or that read what only raw holds. */
export interface Writing {
  importSources(context: Context, input: ImportInput): Promise<ImportResult>;
  verify(context: Context): Promise<VerifyResult>;
  reimport(context: Context, input: ReimportInput): Promise<ReimportResult>;
  /** Saves a turn in progress as it stands, once its source was read again; undefined where none tells it any more. */
  settle(context: Context, target: Target, open: OpenTurn): Promise<Settled | undefined>;
  /** Puts a thread back into a tool. */
  resume(context: Context, input: ResumeInput): Promise<ResumeResult>;
  /** What a tool would have of a thread; nothing is written. */
  nativeOf(context: Context, revision: string, tool: string): Promise<NativeThread>;
  /** Makes, labels and deletes branches. */
  fork(context: Context, input: ForkInput): Promise<ForkResult>;
  labelBranch(context: Context, input: LabelInput): Promise<LabelResult>;
  deleteBranches(context: Context, input: DeleteInput): Promise<DeleteResult>;
  /** Joins two lines. */
  merge(context: Context, input: MergeInput): Promise<MergeResult>;
  continueMerge(context: Context, input: ContinueInput): Promise<MergeResult>;
  abortMerge(context: Context): Promise<MergeResult>;
  /** Turns that a person makes of others. */
  pick(context: Context, input: PickInput): Promise<MadeResult>;
  revert(context: Context, input: RevertInput): Promise<MadeResult>;
  amend(context: Context, input: AmendInput): Promise<MadeResult>;
  /** What people write on the card of a conversation. */
  editCard(context: Context, input: EditInput): Promise<EditResult>;
  tag(context: Context, input: TagInput): Promise<TagResult>;
  /** Makes a store from a remote. */
  clone(context: Context, input: CloneInput): Promise<CloneResult>;
  /** Fetches a conversation of which only the card is here. */
  bring(context: Context, entry: Entry): Promise<void>;
  /** Names, changes and tests remotes. */
  remote(context: Context, input: RemoteInput): Promise<RemoteResult>;
  /** Brings and sends what is new. */
  sync(context: Context, did: SyncResult['did'], input: SyncInput): Promise<SyncResult>;
  /** Tells how far the store is from its primary remote, as it was fetched last; undefined without one. */
  aheadOfPrimary(context: Context): Promise<PrimaryStanding | undefined>;
  /** Undo and redo. */
  setBack(context: Context, input: SetBackInput): Promise<SetBackResult>;
  /** What the operation log says. */
  operations(context: Context, input: OperationsInput): Promise<OperationsResult>;
  /** Tools found under the home folder, and what is new there: stat only. */
  findTools(context: Context): Promise<FoundTool[]>;
  /** Conversations that are not here and that sources were resumed from. */
  unplaced(context: Context): Promise<UnplacedConversation[]>;
  /** Turns in progress, built from raw; without those that raw does not give. */
  unsavedTurns(context: Context, entry: Entry, open: readonly OpenTurn[]): Promise<Turn[]>;
  /** Threads of sub-agents whose result has not come, built from raw, by agent. */
  unsavedAgents(context: Context, entry: Entry, ids: ReadonlySet<string>): Promise<Map<string, Turn[]>>;
}

/** What stands behind the commands: the store, and the operations that need importers. Tests pass their own. */
export interface Backend {
  /** Opens the store for reading; throws `no-store` when there is none. */
  reader(context: Context): Promise<Reader>;
  writing(): Promise<Writing>;
  /** Ends the processes behind the store, where any were started. */
  close(): Promise<void>;
}

export interface ContextOptions {
  /** `--store`, as typed. */
  store?: string;
  /** `--engine`, as typed. */
  engine?: string;
  report?: Report;
}

/** What an operation works with. Store and config are opened on first use, once. */
export interface Context {
  readonly host: Host;
  /** The folder that holds store.git, state and config.yaml. */
  readonly home: string;
  /** The engine asked for on the command line. */
  readonly engine?: string;
  readonly report: Report;
  config(): Promise<Config>;
  reader(): Promise<Reader>;
  writing(): Promise<Writing>;
  /** Says something that is no failure: on stderr, or in `warnings` of a JSON document. */
  warn(message: string): void;
  readonly warnings: readonly string[];
  /** Ends what was opened. */
  close(): Promise<void>;
}

/** Returns the context of one command. No IO; the backend is made when a command first needs it. */
export function openContext(host: Host, makeBackend: () => Promise<Backend>, options: ContextOptions): Context {
  const warnings: string[] = [];
  let made: Promise<Backend> | undefined;
  const backend = () => {
    made ??= makeBackend();
    return made;
  };
  const context: Context = {
    host,
    home: resolve(host.cwd, options.store ?? storeHome(host)),
    ...(options.engine === undefined ? {} : { engine: options.engine }),
    report: options.report ?? (() => {}),
    config: once(() => readConfig(context)),
    reader: once(async () => (await backend()).reader(context)),
    writing: once(async () => (await backend()).writing()),
    warn: (message) => {
      if (!warnings.includes(message)) warnings.push(message);
    },
    warnings,
    close: async () => (await made)?.close(),
  };
  return context;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Returns where convo keeps everything: $CONVO_HOME, else the platform's data folder (XDG where it is set). */
export function storeHome(host: Host): string {
  const { env, home, platform } = host;
  if (env.CONVO_HOME) return env.CONVO_HOME;
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'convo');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'convo');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'convo');
  return join(home, '.local', 'share', 'convo');
}
