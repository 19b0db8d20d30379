import type { Fidelity, Written } from '../exporters/exporter.ts';
import type { ToolId, TurnId } from '../model/ids.ts';
import type { ConversationHead } from './target.ts';

export interface ResumeInput {
  /** Nothing = the current conversation. */
  revision: string;
  /** The newest conversation of this folder's project, else of all, whatever the current one is. */
  last: boolean;
  /** The tool to go on in; absent: the one in which the thread was worked on last. */
  tool?: string;
  /** The folder to go on in, as typed. */
  cwd?: string;
  /** The file for the document, as typed; only where the tool takes one. */
  output?: string;
  /** Tells what would be written, and writes nothing. */
  dryRun: boolean;
  /** Goes on with what another machine recorded. */
  trust: boolean;
}

/** A thread in a tool's own format. */
export interface NativeThread {
  written: Written;
  fidelity: Fidelity[];
}

export interface ResumeResult {
  dryRun: boolean;
  /** To name it again: `7qk2m4xw9d/try`. */
  name: string;
  conversation: ConversationHead;
  /** The turn that it goes on from. */
  turn: { id: TurnId; n: number; step?: number };
  turns: number;
  /** Set where that turn was in progress: it is saved as it stands (a dry run only says so). */
  inProgress?: { id: TurnId; n: number };
  tool: ToolId;
  title: string;
  /** Made elsewhere, or not only on this machine. */
  elsewhere: boolean;
  fidelity: Fidelity[];
  /** What was written; absent: the tool takes a document. */
  written?: {
    /** The tool's own id of the new conversation. */
    native: string;
    /** Absolute, with their sizes; the conversation first. */
    files: { path: string; size: number }[];
    /** Where to go on, and why there, where nobody said so. */
    cwd: string;
    why?: string;
    /** What to type there. */
    command: string[];
    /** What to type there before, in this order. */
    before: string[][];
    /** The branch that it goes on with. */
    branch: string;
    /** True where that was made for it. */
    branchIsNew: boolean;
  };
  /** To paste into any tool; absent where it went to a file. */
  document?: string;
  output?: { path: string; size: number };
}
