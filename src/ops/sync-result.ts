import type { ErrorCode } from '../errors.ts';
import type { ConversationId } from '../model/ids.ts';

export interface SyncInput {
  /** Name of a remote; absent: the primary one, and for `sync` and `push` then its copies. */
  remote?: string;
  /** Asks for every ref, whatever the catalogue says. */
  full: boolean;
  /** Insists on a remote that anybody can read. */
  allowPublic?: boolean;
}

/** A line that another machine's went on beside. */
export interface LineParted {
  /** The branch that has the name, and the one beside it. */
  named: string;
  beside: string;
  /** The one beside is what this machine went on with; else it came from another one. */
  here: boolean;
}

/** What came of one conversation. */
export interface ConversationCame {
  id: ConversationId;
  tool: string;
  title: string;
  isNew: boolean;
  /** Branches, by what people see. */
  added: string[];
  moved: string[];
  gone: string[];
  /** Title, tags or another label changed. */
  labelled: boolean;
  parted: LineParted[];
}

/** What went to a remote. */
export interface Sent {
  conversations: number;
  branches: number;
  deleted: number;
  /** The catalogue went too. */
  catalogue: boolean;
  /** What the remote does not want, with its words. */
  refused: { ref: string; reason: string; conversation: string }[];
  /** Conversations that stay on this machine. */
  held: number;
}

/** What happened with one remote. */
export interface RemoteSynced {
  name: string;
  url: string;
  primary: boolean;
  /** Absent where nothing was asked of it. */
  fetched?: { refs: number; refused: { ref: string; reason: string }[] };
  came: ConversationCame[];
  sent?: Sent;
  /** How often it was tried again, because another machine was faster. */
  retries: number;
  /** Why nothing could be exchanged with a copy; what is wrong with the primary remote, or a named one, ends the command. */
  failed?: { code: ErrorCode; message: string };
}

export interface SyncResult {
  did: 'fetch' | 'push' | 'pull' | 'sync';
  remotes: RemoteSynced[];
}

/** How far the store is from its primary remote, as it was fetched last; a conversation can be ahead and behind. */
export interface PrimaryStanding {
  name: string;
  url: string;
  /** Conversations with something that is not there, of those that go there. */
  ahead: number;
  /** Conversations with something that is not here. */
  behind: number;
  /** False before the first exchange with it. */
  met: boolean;
}
