import type { Host } from '../host.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { Labels } from '../model/labels.ts';
import type { RecordIds, Role, Turn } from '../model/turn.ts';

/**
 * Reads the transcripts of one tool. Importers only read; they know no clock and no store, and reach files only through
 * `discover` (stat and readdir), `names` and through the `ReadContext` they are handed. The same bytes give the same events. A malformed,
 * truncated or unknown record is data (`skipped`, `unknown` part), never a throw; only "cannot open the source" throws.
 */
export interface Importer {
  readonly tool: ToolId;
  /** The tool's name as people write it: `Claude Code`. */
  readonly title: string;
  /** Rises when the same bytes give other turns (the store's profile names it). */
  readonly generation: number;
  /** Folders where the tool keeps transcripts, environment overrides first. No IO. */
  roots(host: Host): string[];
  /** Every source below the roots, by stat and readdir alone. */
  discover(host: Host): AsyncIterable<Source>;
  /** Names that people gave to conversations and that stand in no transcript, by native id: one file beside them, read whole. */
  names?(host: Host): Promise<ReadonlyMap<string, string>>;
  /** The sources at a path that the user named (a file or folder anywhere); none when it is not of this tool. May read heads of files. */
  sniff(path: string, host: Host): AsyncIterable<Source>;
  /**
   * Pass 1: streams the file from `before.offset` (or the start) and ends with the outline of the whole source, from what it
   * read now and from `before.state`. Builds no turn.
   */
  scan(source: Source, context: ReadContext): AsyncIterable<ScanEvent>;
  /**
   * Pass 2: builds the turns with these ids, in outline order, from the byte ranges that `cursor.state` (of the scan) names;
   * reads nothing else.
   */
  turns(source: Source, context: ReadContext, cursor: Cursor, ids: ReadonlySet<TurnId>): AsyncIterable<Turn>;
  /**
   * The source's records as they are: first those that belong to no turn, then those of the turns with these ids, in outline order.
   * None for a source that is one document.
   */
  records(source: Source, context: ReadContext, cursor: Cursor, ids: ReadonlySet<TurnId>): AsyncIterable<TurnRecords>;
}

/** Records of a source, each without its line end. */
export interface TurnRecords {
  /** Absent for those of no turn, which stand in file order. */
  turn?: TurnId;
  /** In the order in which the turn is built from them. */
  records: Uint8Array[];
}

/** One native file (a main transcript, a fork, a sub-agent's file), with the companions that belong to it alone. */
export interface Source {
  tool: ToolId;
  /** Stable key of the file across runs: its absolute path, without an ending that the tool itself adds and removes (`.zst`). */
  key: string;
  /** The file to open. */
  path: string;
  /** Absolute folder below which `ReadContext.companion` finds its names; absent: the source has no companions. */
  companions?: string;
  stamp: Stamp;
  /** Set by `sniff`: the user named the file, so it is finished as it is. */
  given?: boolean;
}

/** What stat tells; a change of any field means that the file changed. Companion files enter with their count and sizes. */
export interface Stamp {
  dev: number;
  inode: number;
  size: number;
  mtimeMs: number;
  /** Digest of the names, sizes and mtimes of companion files; '' without. */
  companions: string;
}

/**
 * Random access to the bytes of one file, whether it lies on the disk or in raw. Every read is counted. What was read is the
 * reader's until it closes the file: the memory is used again.
 */
export interface Bytes {
  size: number;
  /** Why the bytes end before those of the file: its compressed data are damaged there. */
  broken?: string;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** From an offset to the end, in pieces of about 256 KB. */
  stream(from: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export interface ReadContext {
  signal: AbortSignal;
  /** Opens the source's file (`source.path`), decompressed where its name says so. */
  open(): Promise<Bytes>;
  /** The bytes of a companion file, by its name relative to the source's companion folder; undefined when there is none. At most 256 MB. */
  companion(name: string): Promise<Uint8Array | undefined>;
  /** The cursor of an earlier scan, when the file has only grown since; absent: read it whole. */
  before?: Cursor;
  /** True when an unterminated last line is final (the user named the file, or it is at rest): if it parses, it is a record. */
  complete: boolean;
  /** True where `records` or `turns` follow the scan at once, by its cursor: what it made of the source may stay in memory with that. */
  keep?: boolean;
}

/** Everything that the next read of a grown file needs; derived, so it may be lost. */
export interface Cursor {
  /** Behind the last complete record. */
  offset: number;
  /** Hex sha256 of the up to 4,096 bytes before `offset`. */
  tail: string;
  /** Complete lines so far. */
  lines: number;
  /** The importer's own state. */
  state: Json;
}

/** Events of one scan: `records`, `document` and `skipped` in file order (only what lies behind `before.offset`), then one `outline`. */
export type ScanEvent = RecordsEvent | DocumentEvent | SkippedEvent | OutlineEvent;

/** Successive raw records: for a line format the bytes of whole lines through LF, malformed ones too. */
export interface RecordsEvent {
  type: 'records';
  records: Uint8Array[];
}

/** A companion to keep in raw: a spilled tool result, an agent's meta file. */
export interface DocumentEvent {
  type: 'document';
  key: string;
  bytes: Uint8Array;
}

/** Bytes that gave no record, or a record that gave no turn because it is broken. */
export interface SkippedEvent {
  type: 'skipped';
  skipped: Skipped;
}

export interface Skipped {
  file: string;
  /** From 1. */
  line?: number;
  column?: number;
  /** Byte offset and length in the (decompressed) file. */
  offset: number;
  length: number;
  /** In the user's words: `not JSON: Unexpected end of input`. */
  reason: string;
  /** False when the bytes are not even in raw (a line over 64 MB). */
  kept: boolean;
}

export interface OutlineEvent {
  type: 'outline';
  facts: Facts;
  /** Every turn of the source, old and new: parents before children, siblings in the order of their first record in the file. */
  turns: TurnOutline[];
  cursor: Cursor;
  /** Records of the whole source by where their content went; skipped ones are counted by their events. */
  counts: { records: number; inTurns: number; rawOnly: number };
}

/** What is known of a turn without building it. */
export interface TurnOutline {
  id: TurnId;
  /** A turn of this source, or null; a source that begins at a turn of another says so in `facts.base`. */
  parent: TurnId | null;
  role: Role;
  records: RecordIds;
  /** Milliseconds since 1970 of the first kept record. */
  time?: number;
  /** ended: by the tool's own mark or because a later turn began in the file · resting: no call open and the last block is assistant text, or a prompt that nobody answered yet · running */
  state: 'ended' | 'resting' | 'running';
  /** Native ids of the agents whose final result stands in this turn. */
  agents: string[];
  /** Native ordinals or line numbers [first, last] of its records: what `Base.before` refers to. */
  ordinals: [number, number];
  /** Set where convo wrote the turn (its native id is a mark): whole = as written · grown: the tool has gone on with it. None of its records counts as kept. */
  marked?: 'whole' | 'grown';
  /** Set for the turns of an agent that is recorded inside its parent's file (old `isSidechain` records): the native agent id. */
  agent?: string;
}

/** A point in another source of the same tool, after which this source goes on (Codex forks). */
export interface Base {
  /** Native id of the other source; of one with a revision, the revision (Codex names either in one field). */
  native: string;
  /** Turns of the other source whose ordinals all lie before this belong to this one's past; absent: all. */
  before?: number;
}

/** What stood around the turns where they were exported; nothing of it stands against what is here. */
export interface Exported {
  /** The name of its branch there; absent where the export tells one thread alone. */
  branch?: string;
  label?: string;
  /** The branch that its tool would resume. */
  active: boolean;
  /** A person gave the conversation its title. */
  titled: boolean;
  /** What people put on the conversation. */
  labels: Labels;
  tags: readonly string[];
  /** Ids of conversations that are the same or belong together. */
  links: readonly ConversationId[];
}

/** What a source says of itself as a whole. */
export interface Facts {
  /** The tool's own id of the conversation (session id, thread id), from the records. */
  native: string;
  /** A rewrite of the same native conversation (Codex revert); the greatest is the active one. */
  revision?: string;
  /** Native id of the record that gives the conversation its origin (Claude Code: uuid of the first record that opens a turn; Codex: first session_meta id). Absent: no turn yet. */
  root?: string;
  /** Where this source goes on from another without repeating it; its turns with parent null hang there. */
  base?: Base;
  /** Native ids of the conversations that this one says it comes from, direct parent first. */
  parents: string[];
  /** Set for a sub-agent's file. */
  agent?: { id: string; of: string; name?: string };
  /** Title by the tool or the person; absent: taken from the prompts. */
  title?: string;
  /** Working folder as recorded first. */
  folder?: string;
  /** URL of the git remote, where the records tell it. */
  remote?: string;
  /** The turn that the tool itself would resume. */
  active?: TurnId;
  /** What an export of convo tells beside its turns. */
  exported?: Exported;
  /** True when a person's prompt has an answer. */
  answered: boolean;
}
