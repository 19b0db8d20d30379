import { hash, hash12, shortHash } from './hash.ts';
import { readTurnMark } from './mark.ts';
import type { Role } from './turn.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Permanent kebab-case name of an AI tool, as it stands in refs and frontmatter: `claude-code`, `codex`. */
export type ToolId = Branded<'ToolId'>;
/** First 10 (16 on a clash) characters of H(tool, origin). */
export type ConversationId = Branded<'ConversationId'>;
/** First 12 characters of H("turn", tool, native id, role), or of another H where a person made the turn. */
export type TurnId = Branded<'TurnId'>;

/** Returns the id of a conversation by its birthplace and the native id of its origin. */
export function conversationId(tool: ToolId, origin: string, length: 10 | 16 = 10): ConversationId {
  return hash(tool, origin).slice(0, length) as ConversationId;
}

/** Returns the id of a turn by the native id of the record that opens it: the turn that convo wrote there, else one derived from it. */
export function turnId(tool: ToolId, native: string, role: Role): TurnId {
  return readTurnMark(native, role) ?? asId('turn', tool, native, role);
}

/** Returns the id of a turn whose source has no native ids, by its parent and its redacted text. */
export function textTurnId(parent: TurnId | null, role: Role, text: string): TurnId {
  return asId('turn', parent ?? '', role, text);
}

/** Returns the id of the turn that holds the steps of another one up to `step`. */
export function forkId(turn: TurnId, step: number): TurnId {
  return asId('fork', turn, String(step));
}

/** Returns the id of a turn picked onto a new parent. */
export function pickId(turn: TurnId, parent: TurnId | null): TurnId {
  return asId('pick', turn, parent ?? '');
}

/** Returns the id of a turn after an edit; body as `bodyOf` gives it. */
export function editId(turn: TurnId, body: string): TurnId {
  return asId('edit', turn, body);
}

/** Returns the id of the turn that takes another one back. */
export function revertId(turn: TurnId, parent: TurnId | null): TurnId {
  return asId('revert', turn, parent ?? '');
}

/** Returns the id of the turn that joins two lines. */
export function mergeId(ours: TurnId, theirs: TurnId, body: string): TurnId {
  return asId('merge', ours, theirs, body);
}

function asId(...parts: string[]): TurnId {
  return hash12(...parts) as TurnId;
}

/** Returns a native id as it may stand in a path: itself when it is `[a-z0-9-]{1,64}`, else 16 hex of its sha256. */
export function pathSafe(native: string): string {
  return /^[a-z0-9-]{1,64}$/.test(native) ? native : shortHash(native);
}

/** Returns the text as a tool's name, or undefined when it is none. */
export function readToolId(text: string): ToolId | undefined {
  return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text) && text.length <= 32 ? (text as ToolId) : undefined;
}

/** Returns the text as a conversation's id, or undefined when it is none. */
export function readConversationId(text: string): ConversationId | undefined {
  return /^[0-9a-hjkmnp-tv-z]{10}(?:[0-9a-hjkmnp-tv-z]{6})?$/.test(text) ? (text as ConversationId) : undefined;
}

/** Returns the text as a turn's id, or undefined when it is none. */
export function readTurnId(text: string): TurnId | undefined {
  return /^[0-9a-hjkmnp-tv-z]{12}$/.test(text) ? (text as TurnId) : undefined;
}
