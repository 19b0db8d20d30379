import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { BranchEntry, Entry } from '../store/entry.ts';

/** Where a command on branches works: a conversation, and the branch by the name that people see. */
export interface BranchPlace {
  id: ConversationId;
  tool: ToolId;
  title: string;
  branch: string;
}

export interface BranchesInput {
  /** Of this conversation; absent = the current one. */
  revision?: string;
  /** Of every conversation. */
  all: boolean;
}

export interface ListedBranch extends BranchEntry {
  /** Subject of its last turn; only of one conversation. */
  subject?: string;
}

export interface BranchesResult {
  conversations: { entry: Entry; branches: ListedBranch[] }[];
  current?: { id: ConversationId; branch: string };
}

export interface ForkInput {
  name: string;
  /** Where to fork; '' = the tip of the current branch. */
  revision: string;
  /** What was typed for it, where that is not `branch`. */
  typed?: string;
}

export interface ForkResult extends BranchPlace {
  /** The branch that it leaves. */
  from: string;
  turn: { id: TurnId; n: number };
  /** Set where it ends inside that turn. */
  step?: number;
}

export interface LabelInput {
  /** The branch; absent = the current one. */
  revision?: string;
  label: string;
}

export interface LabelResult extends BranchPlace {
  before: string;
}

export interface DeleteInput {
  revisions: readonly string[];
  /** Also where turns are on no other branch. */
  force: boolean;
}

export interface DeleteResult {
  /** Each with the turns that no other branch holds. */
  deleted: (BranchPlace & { turnsLost: number })[];
}

/** What `convo branch` did, by its flags. */
export type BranchResult =
  | ({ did: 'listed' } & BranchesResult)
  | ({ did: 'made' } & ForkResult)
  | ({ did: 'labelled' } & LabelResult)
  | ({ did: 'deleted' } & DeleteResult);
