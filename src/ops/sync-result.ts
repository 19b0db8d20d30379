import type { ConversationId } from '../model/ids.ts';

export interface SyncInput {
  /** Name of a remote; absent: the primary one, and for `sync` and `push` then its copies. */
  remote?: string;
  /** Asks for every ref, whatever the catalogue says. */
  full: boolean;
}

/** A line that left another one on two machines: which branch has the name, and what this machine's line is called now. */
export interface LineParted {
  published: string;
  ours: string;
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
}

export interface SyncResult {
  did: 'fetch' | 'push' | 'pull' | 'sync';
  remotes: RemoteSynced[];
}
