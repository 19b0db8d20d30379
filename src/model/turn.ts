import type { ToolId, TurnId } from './ids.ts';
import type { Json } from './json.ts';

export type Role = 'user' | 'assistant';

/** What a turn is besides a plain prompt or answer; absent for those. */
export type TurnKind = 'command' | 'shell' | 'notice' | 'compaction' | 'merge' | 'reverted';

/** How an assistant turn ended, in convo's words; a tool's unknown reason stands as it is. */
export type Stop = 'end' | 'interrupted' | 'length' | 'refusal' | 'error' | (string & {});

/** Text that stands in a turn, told apart by who put it there. */
export interface TextPart {
  /**
   * text: what the role said · thinking: the model's reasoning · prompt: a person's prompt typed while the model worked ·
   * remark: a person's words in a permission dialog · command: a command as typed · output: what a local command printed ·
   * expansion: text a command or skill expanded to · context: what the harness added · error: a failure shown to the person.
   */
  kind: 'text' | 'thinking' | 'prompt' | 'remark' | 'command' | 'output' | 'expansion' | 'context' | 'error';
  text: string;
  /** A short name of a folded part: the hook, file or reminder it came from. */
  label?: string;
  /** Native id of the tool call under which a folded part belongs (a skill's text). */
  call?: string;
}

/** Bytes that are not text (an image), kept beside the page as `attachments/<sha256>.<ext>`. */
export interface AttachmentPart {
  kind: 'attachment';
  /** Media type as the source states it: `image/png`. */
  media: string;
  name?: string;
  data: Uint8Array;
}

export type ResultStatus = 'ok' | 'failed' | 'rejected';

export interface ToolResult {
  status: ResultStatus;
  /** In the order of the source. */
  content: (ResultText | AttachmentPart | UnknownPart)[];
}

export interface ResultText {
  kind: 'text';
  text: string;
}

/** A call of a tool; without `result` while none was recorded. */
export interface ToolCallPart {
  kind: 'tool-call';
  /** Native id of the call. */
  call: string;
  name: string;
  input: Json;
  result?: ToolResult;
  /** Ids of the sub-agent threads that this call started (`agents/<id>/turns/`). */
  agents?: string[];
}

/** A result whose call is not in the turn. */
export interface ToolResultPart {
  kind: 'tool-result';
  call: string;
  result: ToolResult;
}

/** A record or block of a type that the importer does not know, as it is. */
export interface UnknownPart {
  kind: 'unknown';
  /** The source's own name of the type. */
  type: string;
  value: Json;
}

export type Part = TextPart | AttachmentPart | ToolCallPart | ToolResultPart | UnknownPart;

/** One message of the model with all its calls and their results; a user turn has one step. */
export interface Step {
  parts: Part[];
}

/** Ids of the source records of a turn, 8 characters each (format.md 4, records line). */
export interface RecordIds {
  /** In chain order, those that a replay keeps: what reconciling compares. */
  kept: string[];
  others: string[];
}

export interface Tokens {
  /** Output tokens, summed once per message of the model. */
  output?: number;
  /** Total input of the last call, cache included. */
  context?: number;
}

/** One contribution by one role: a prompt, or all that the assistant did until the next one. */
export interface Turn {
  id: TurnId;
  /** null for the first turn of a thread. */
  parent: TurnId | null;
  /** The parent's n + 1; 1 for the first turn. */
  n: number;
  role: Role;
  kind?: TurnKind;
  /** ISO 8601 UTC, of the first and of the last kept record. */
  time?: string;
  ended?: string;
  /** The last real model of the turn. */
  model?: string;
  /** The tool in which the turn was made, where it is not the conversation's birthplace. */
  tool?: ToolId;
  tokens?: Tokens;
  stop?: Stop;
  /** The turn that this one was made from (fork, pick, edit). */
  origin?: string;
  edited?: string;
  steps: Step[];
  records: RecordIds;
  /** Unknown frontmatter keys with their values as written, and the key each stood behind ('' = first). */
  extra?: ExtraKey[];
}

export interface ExtraKey {
  key: string;
  value: string;
  after: string;
}
