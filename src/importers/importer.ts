import type { Host } from '../host.ts';
import type { ToolId, TurnId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { Turn } from '../model/turn.ts';

/**
 * Reads the transcripts of one tool. Importers only read; they know no clock and no store, and reach files only through
 * `discover` (stat and readdir) and through the `Files` they are handed. The same bytes give the same events. A malformed,
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
  /** The sources at a path that the user named (a file or folder anywhere); none when it is not of this tool. May read heads of files. */
  sniff(path: string, host: Host): AsyncIterable<Source>;
  /** Reads one source; see ReadEvent for the order of the events. */
  read(source: Source, context: ReadContext): AsyncIterable<ReadEvent>;
}

/** One native file (a main transcript, a fork, a sub-agent's file), with the companions that belong to it alone. */
export interface Source {
  tool: ToolId;
  /** Stable key of the file across runs: its absolute path, without an ending that the tool itself adds and removes (`.zst`). */
  key: string;
  /** The file to open. */
  path: string;
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

/** Random access to the bytes of one file, whether it lies on the disk or in raw. Every read is counted. */
export interface Bytes {
  size: number;
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
  /** What `read` gave as `cursor` the last time, when the file has only grown since; absent: read it whole. */
  before?: Cursor;
  /** True when an unterminated last line is final (the user named the file, or it is at rest): if it parses, it is a record. */
  complete: boolean;
  /**
   * For a source that begins at a turn of another (Codex forks): the turn in that source after which this one goes on;
   * undefined when that source is unknown here, and this one is detached.
   */
  base(of: BaseOf): Promise<TurnId | undefined>;
}

/** A point in another source. */
export interface BaseOf {
  /** Native id of the other source. */
  native: string;
  revision?: string;
  /** Records of the other source that belong to this one's past: all with a smaller ordinal. Absent: all. */
  before?: number;
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

/**
 * Events of one read: `record`s, `document`s and `skipped`s in file order (only those behind `before.offset`), `turn`s parents
 * first and siblings in the order in which their first record stands in the file, then one `end`.
 */
export type ReadEvent = RecordsEvent | DocumentEvent | SkippedEvent | TurnEvent | EndEvent;

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

/** A turn that is new or differs from what the read before told (`context.before`). */
export interface TurnEvent {
  type: 'turn';
  /** n is 0: the store gives it, from the parent. Parent is in this source, or the `base`, or null. */
  turn: Turn;
  /** ended: by the tool's own mark or the next turn · resting: no call open and the last block is assistant text (or a prompt nobody answered) · running */
  state: 'ended' | 'resting' | 'running';
  /** Native agent ids whose final result stands in this turn. */
  agents: string[];
  /** Range of native ordinals or line numbers [first, last] of its records, for `BaseOf.before`. */
  ordinals?: [number, number];
}

export interface EndEvent {
  type: 'end';
  facts: Facts;
  cursor: Cursor;
  /** Records by where they went: in a turn, in raw only. Skipped ones are counted by their events. */
  counts: { records: number; inTurns: number; rawOnly: number };
}

/** What a source says of itself as a whole. */
export interface Facts {
  /** The tool's own id of the conversation (session id, thread id), from the records. */
  native: string;
  /** A rewrite of the same native conversation (Codex revert); the greatest is the active one. */
  revision?: string;
  /** Native id of the record that gives the conversation its origin (Claude Code: uuid of the first record that opens a turn; Codex: first session_meta id). Absent: no turn yet. */
  root?: string;
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
  /** True when a person's prompt has an answer. */
  answered: boolean;
}
