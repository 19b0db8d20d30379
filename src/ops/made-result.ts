import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import type { Oid } from '../store/git.ts';

/** Where a turn was put: a conversation, and the branch by the name that people see. */
export interface MadePlace {
  id: ConversationId;
  tool: ToolId;
  title: string;
  branch: string;
}

/** A turn that a person made, and the turn that it was made from. */
export interface MadeTurn {
  id: TurnId;
  n: number;
  role: string;
  subject: string;
  origin: TurnId;
}

export interface MadeResult extends MadePlace {
  /** The tip of the branch. */
  commit: Oid;
  /** None where nothing changed. */
  turns: MadeTurn[];
}

export interface PickInput {
  revisions: readonly string[];
  /** A branch; '' = the current one. */
  into: string;
}

export interface RevertInput {
  revision: string;
}

export interface AmendInput {
  revision: string;
  /** What is to stand there; absent: the user's editor gives it. */
  text?: string;
}
