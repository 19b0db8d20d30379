import type { Skipped } from '../importers/importer.ts';
import type { ConversationId, ToolId } from '../model/ids.ts';
import type { LabelChange } from '../model/labels.ts';

export interface ImportInput {
  /** Names of tools and paths, as typed; none = every tool found under the home folder. */
  names: string[];
  /** Tells what would be imported and writes nothing. */
  dryRun: boolean;
  /** Only sources changed at or after this time (milliseconds since 1970). */
  since?: number;
  /** Only conversations whose project contains this. */
  project?: string;
  /** Only sources with these keys, of those found. */
  keys?: ReadonlySet<string>;
  /** Also commits turns that are still in progress. */
  close: boolean;
  /** Reads sources again that have not changed. */
  again: boolean;
  /** Only places what waited for a conversation that has come. */
  waiting?: boolean;
}

/** A tool found on this machine. */
export interface FoundTool {
  tool: ToolId;
  title: string;
  /** Where its transcripts lie. */
  folder: string;
  /** Sources there, and those of them that are new or have changed since the last import. */
  sources: number;
  changed: number;
}

/** A conversation that is not here, and how many sources that were resumed from it wait. */
export interface UnplacedConversation {
  tool: ToolId;
  id: ConversationId;
  sources: number;
}

/** A conversation that an import added to. */
export interface ImportedConversation {
  id: ConversationId;
  title: string;
  tool: ToolId;
  project: string;
  /** True when the store did not hold it before. */
  new: boolean;
  turnsAdded: number;
  branchesAdded: number;
  /** Turns that are saved in raw only, because they are not finished. */
  open: number;
  /** Labels that an export brought to a conversation that was here. */
  labels: LabelChange['field'][];
}

export interface ImportResult {
  dryRun: boolean;
  tools: FoundTool[];
  conversations: { new: number; grown: number; unchanged: number };
  turnsAdded: number;
  branchesAdded: number;
  openTurns: number;
  /** Paths of sources that hold no turn yet: they are read again when they have grown. */
  waiting: string[];
  /** Sources that were resumed from a conversation that is not here: their records wait for it. */
  unplaced: { path: string; tool: ToolId; conversation: ConversationId }[];
  /** Sources that were left alone because their import was undone. */
  held: number;
  /** Source records read by this run, by where they went. */
  records: { total: number; inTurns: number; rawOnly: number; skipped: number };
  /** Bytes of sources read. */
  bytes: number;
  /** Newest first; unchanged ones are only counted. */
  changed: ImportedConversation[];
  skipped: Skipped[];
  /** Sources that could not be opened. */
  failed: { path: string; reason: string }[];
  /** Milliseconds that it took. */
  took: number;
}
