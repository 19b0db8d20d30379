import type { ConversationId, ToolId } from '../model/ids.ts';
import type { LabelChange, Labels } from '../model/labels.ts';

/** The conversation that labels are put on. */
export interface LabelPlace {
  id: ConversationId;
  tool: ToolId;
  title: string;
}

export interface EditInput {
  command: 'edit' | 'rename';
  /** A conversation; '' = the current one. */
  revision: string;
  /** As typed; '' empties a field. Absent: the user's editor gives them. */
  labels?: Labels;
}

export interface EditResult extends LabelPlace {
  /** None where the card says that already. */
  changes: LabelChange[];
}

export interface TagInput {
  /** Tags, perhaps behind a conversation, as typed. */
  words: readonly string[];
  remove: boolean;
}

/** What `convo tag` did, by its words. */
export type TagResult =
  | { did: 'counted'; tags: { tag: string; conversations: number }[] }
  | ({ did: 'listed' } & TaggedPlace)
  | ({ did: 'tagged' | 'untagged'; changed: string[] } & TaggedPlace);

/** A conversation with all tags that it has then. */
export interface TaggedPlace extends LabelPlace {
  tags: string[];
}
