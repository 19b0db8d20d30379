import type { ConversationId, ToolId } from '../model/ids.ts';

export interface ReimportInput {
  /** Conversations as revisions; none = all. */
  revisions: string[];
  /** Tells what would change and writes nothing. */
  dryRun: boolean;
}

/** A conversation whose turns today's importers derive differently from raw. */
export interface ReimportedConversation {
  id: ConversationId;
  title: string;
  tool: ToolId;
  turnsBefore: number;
  turnsAfter: number;
  /** Turns whose page is another now. */
  turnsChanged: number;
}

export interface ReimportResult {
  dryRun: boolean;
  changed: ReimportedConversation[];
  unchanged: number;
  /** Milliseconds that it took. */
  took: number;
}
