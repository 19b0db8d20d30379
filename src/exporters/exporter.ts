import type { Host } from '../host.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { Turn } from '../model/turn.ts';

/**
 * Writes a thread as a new conversation of one tool. Pure: values in, bytes out; knows no disk, clock or store. The same thread and
 * target give the same bytes. It never writes over what is there: every path holds the new conversation's own id.
 */
export interface Exporter {
  readonly tool: ToolId;
  /** The tool's name as people write it: `Claude Code`. */
  readonly title: string;
  /**
   * Folder in which the tool keeps its conversations, environment overrides first; every file is written below it. Undefined: nothing
   * is written, the one file is shown or goes where the user says (a document to paste). No IO.
   */
  root(host: Host, cwd: string): string | undefined;
  /** Small files of the tool (absolute) whose text `write` must know when they are there: which provider is configured, how folders are named. No IO. */
  settings?(host: Host): string[];
  /** Returns what the tool will have of a thread, wherever that goes. */
  plan(thread: Exported): Plan;
  /** The argv to type in `target.cwd`; empty where there is nothing to type. */
  command(written: Written, target: Target): string[];
  /** What is to be typed there before, in this order: where the tool itself takes the files in (`opencode import <file>`). */
  before?(written: Written, target: Target): string[][];
}

/** A thread as a tool can hold it. */
export interface Plan {
  /** What becomes of each component of the thread. Known before anything is written. */
  fidelity: Fidelity[];
  /**
   * What the tool's importer must tell when it reads back what was written, root to tip: the thread minus the declared losses. Absent
   * where no importer reads it.
   */
  expected?: Told[];
  /** The files of the new conversation. */
  write(target: Target): Written;
}

/** A thread as it is handed to an exporter. */
export interface Exported {
  id: ConversationId;
  /** To name it again: `7qk2m4xw9d/try`. */
  name: string;
  /** Birthplace of the conversation. */
  tool: ToolId;
  title: string;
  /** By which name the store knows its project: a repository's, else a folder's path; '' where nothing tells. */
  project: string;
  /** Working folder as recorded, absolute on the machine where it was recorded; absent when no record tells. */
  folder?: string;
  /** Root to tip. */
  turns: ExportedTurn[];
  /** Records of the same sources that belong to no turn (`TurnRecords` without a turn), sources root to tip; empty when no turn has records. */
  loose: Uint8Array[];
  /** Threads of the sub-agents that calls of these turns name, by their native id. */
  agents: ReadonlyMap<string, ExportedAgent>;
  /** Documents that raw keeps of the same sources (spilled results, agents' meta files), under the key that the importer gave them. */
  documents: ReadonlyMap<string, Uint8Array>;
}

export interface ExportedTurn {
  /** With its attachments in its parts. Where `turn.tool` is absent it was made in the conversation's birthplace. */
  turn: Turn;
  /**
   * The turn's own records, as `Importer.records` gives them: only when the turn is whole and untouched (as the importer tells it) and
   * its source is one of the exporter's tool. Absent: the turn is built from the model.
   */
  records?: Uint8Array[];
  /**
   * Of a turn that holds the first steps of another one (`turn.origin`): that one's own records, under the same conditions. The exporter takes
   * those of the steps, where its tool's rules permit it.
   */
  whole?: Uint8Array[];
}

export interface ExportedAgent {
  name?: string;
  turns: ExportedTurn[];
  loose: Uint8Array[];
}

/** Where a conversation goes, and everything that is neither in the thread nor in the format. */
export interface Target {
  /** As `Exporter.root` gave it; '' where it gave none. */
  root: string;
  /** Absolute folder in which the conversation will be resumed: recorded paths at and below `Exported.folder` become ones of it. */
  cwd: string;
  ids: Ids;
  /** Milliseconds since 1970. */
  now: number;
  /** Version of the installed tool, when it is known. */
  version?: string;
  /** Git branch that is checked out in `cwd`. */
  branch?: string;
  /** Texts of the files that `Exporter.settings` named and that are there, by path. */
  settings: ReadonlyMap<string, string>;
}

/** Ids for a new conversation (format.md 8). Each call of `fresh` gives another one. */
export interface Ids {
  /** Of the new conversation: a UUID marked with the conversation. */
  native: string;
  /** Marked with the turn. In a format whose native turn is a prompt and its answer, each of the two gets a native turn of its own. */
  forTurn(turn: TurnId, role: Turn['role']): string;
  /** A UUID without a mark, for records that open no turn. */
  fresh(): string;
}

/** What was written, before it is on the disk. */
export interface Written {
  /** The tool's own id of the new conversation. */
  native: string;
  files: WrittenFile[];
  /** A row that older versions of the tool need in a database of theirs to find the conversation; only while the tool is closed. */
  state?: StateRow;
}

export interface WrittenFile {
  /** Relative to the root, with `/`: plain names only, so it cannot lead anywhere else. The conversation itself comes first. */
  path: string;
  bytes: Uint8Array;
}

export interface StateRow {
  /** Pattern of the database's name beside the root's parent: `state_*.sqlite`. */
  database: string;
  table: string;
  /** By column; only columns that the table has are to be written. */
  row: Readonly<Record<string, string | number | null>>;
}

export type Component =
  | 'text'
  | 'thinking'
  | 'tool calls'
  | 'results'
  | 'images'
  | 'commands'
  | 'summaries'
  | 'context'
  | 'unknown records'
  | 'sub-agents'
  | 'tokens'
  | 'ids'
  | 'turns';

/** exact: as the tool itself had it · converted: the same in the tool's own shape · flattened: as text · dropped: not there. */
export type Kept = 'exact' | 'converted' | 'flattened' | 'dropped';

/** One row of the table: how many things of a component come over in this way. A component may have several rows, none of them 0. */
export interface Fidelity {
  component: Component;
  kept: Kept;
  count: number;
  /** In the user's words; '' for what is exact. */
  why: string;
}

/** A turn as reading back is compared: what `Turn` says without its place and its records. */
export interface Told {
  id: TurnId;
  role: Turn['role'];
  kind?: NonNullable<Turn['kind']>;
  stop?: NonNullable<Turn['stop']>;
  steps: Turn['steps'];
}
