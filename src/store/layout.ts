import { builtin } from '../builtin.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import { pathSafe } from '../model/ids.ts';
import type { Role } from '../model/turn.ts';

/** The number of the on-disk format (format.md). */
export const format = 1;

export const mainRef = 'refs/heads/main';
export const opsRef = 'refs/convo/ops';
/** Below it the log of past months, so that it can be let go by parts. */
export const pastPrefix = 'refs/convo/past/';
export const rawPrefix = 'refs/convo/raw/';
/** Source records that wait for the conversation that they were resumed from; never pushed. */
export const waitingPrefix = 'refs/convo/waiting/';
export const headsPrefix = 'refs/heads/';
export const conversationFile = 'conversation.md';
export const profileFile = 'convo.yaml';

const hex = (...parts: (string | Uint8Array)[]) => {
  const hash = builtin.crypto.createHash('sha256');
  for (const [index, part] of parts.entries()) hash.update(index === 0 ? '' : '\0').update(part);
  return hash.digest('hex');
};

/** Returns the prefix of the branches of one conversation, with the slash. */
export const branchPrefix = (tool: ToolId, id: ConversationId): string => `refs/heads/${tool}/${id}/`;

/** Returns the ref of a branch (format.md 2). */
export const branchRef = (tool: ToolId, id: ConversationId, branch: string): string => branchPrefix(tool, id) + branch;

/** Returns the ref that holds the source records of one conversation. */
export const rawRef = (tool: ToolId, id: ConversationId): string => `${rawPrefix}${tool}/${id}`;

/** Returns the ref of the source records that wait for a conversation. */
export const waitingRef = (tool: ToolId, id: ConversationId): string => `${waitingPrefix}${tool}/${id}`;

/** Returns the path of a turn's page: `turns/00/0001-user-<id>.md`. */
export function turnPath(n: number, role: Role, id: TurnId): string {
  return `turns/${String(Math.floor(n / 100)).padStart(2, '0')}/${String(n).padStart(4, '0')}-${role}-${id}.md`;
}

/** Returns the folder of a sub-agent's thread, with the slash. */
export const agentFolder = (agent: string): string => `agents/${pathSafe(agent)}/`;

const turnFile = /^(\d{4,})-(user|assistant)-([0-9a-z]{12})\.md$/;

/** Returns what a page's file name says, or undefined for a name that is no page. */
export function readTurnFile(name: string): { n: number; role: Role; id: TurnId } | undefined {
  const match = turnFile.exec(name);
  if (!match) return undefined;
  return { n: Number(match[1]), role: match[2] as Role, id: match[3] as TurnId };
}

/** Returns the folder of a source in raw: 16 hex of sha256(tool NUL native id [NUL revision]). */
export const sourceFolder = (tool: ToolId, native: string, revision?: string): string =>
  hex(tool, native, ...(revision === undefined ? [] : [revision])).slice(0, 16);

/** Returns the name of chunk k behind a chunk with this name and these bytes (format.md 6). */
export function chunkName(k: number, before?: { name: string; bytes: Uint8Array }): string {
  return `${String(k).padStart(6, '0')}-${before ? hex(before.name, before.bytes).slice(0, 8) : '00000000'}.jsonl`;
}

const chunkFile = /^(\d{6,})-([0-9a-f]{8})(?:\.([0-9a-f]{8}))?\.jsonl$/;

/** Returns what a chunk's file name says: its number, its plain name, and the variant where several contents stand at one path. */
export function readChunkFile(name: string): { k: number; plain: string; variant?: string } | undefined {
  const match = chunkFile.exec(name);
  if (!match) return undefined;
  return { k: Number(match[1]), plain: `${match[1]}-${match[2]}.jsonl`, ...(match[3] ? { variant: match[3] } : {}) };
}

/** Returns the name under which one of several contents of a chunk stands. */
export const variantName = (plain: string, content: Uint8Array): string => plain.replace(/\.jsonl$/, `.${hex(content).slice(0, 8)}.jsonl`);

/** Returns the path of a stored document below its source's folder. */
export function documentPath(key: string): string {
  const name = hex(key).slice(0, 16);
  return `${name.slice(0, 2)}/${name}`;
}
