import type { ConversationId, ToolId } from '../model/ids.ts';

/** One check of the store, in the order in which they ran. */
export interface VerifiedCheck {
  /** In the user's words: `git objects`, `turns`, `source records`. */
  name: string;
  /** How much was looked at: `1,204 turns in 31 conversations`. */
  looked: string;
  problems: VerifyProblem[];
}

export interface VerifyProblem {
  message: string;
  /** The conversation that it concerns. */
  id?: ConversationId;
  tool?: ToolId;
}

export interface VerifyResult {
  store: string;
  engine: string;
  checks: VerifiedCheck[];
  /** What a crash had left behind and was tidied up before. */
  recovered: string[];
  /** Milliseconds that it took. */
  took: number;
}
