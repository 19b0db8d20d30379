import { join } from 'node:path';
import { builtin } from '../builtin.ts';
import type { Host } from '../host.ts';
import type { ConversationId, ToolId, TurnId } from '../model/ids.ts';
import { writeDerived } from './derived.ts';
import type { OpenTurn } from './entry.ts';
import { cannotRead, isAbsent, listIfThere, nonce, readAt, readIfThere, removeIfThere } from './files.ts';
import type { Oid } from './git.ts';
import { type PackedJson, packJson, parseDerived, unpackJson } from './packed-json.ts';
import { writeRecorded } from './recorded.ts';

/** What the store remembers of a source between imports. Derived: when it is lost, the source is read again. */
export interface SourceRow {
  tool: ToolId;
  /** dev, inode, size, mtime and companions of the file when it was read last, as one string. */
  stamp: string;
  native: string;
  revision?: string;
  /** Absent while the source has no turn: nothing of it is stored yet. */
  conversation?: ConversationId;
  /** Birthplace of the conversation, where that is another tool. */
  home?: ToolId;
  /** The conversation that it was resumed from and waits for. */
  waits?: ConversationId;
  agent?: string;
  /** Working folder as recorded first; not of a sub-agent. */
  folder?: string;
  /** Unfinished turns, which are in raw only. */
  open?: OpenTurn[];
  /** Where its state stands among those that one import wrote together; absent: in a file of its own. */
  at?: [file: string, offset: number, length: number];
  /** When rest alone finishes an open turn or an unterminated last line, in milliseconds since 1970. */
  due?: number;
}

/** The importer's cursor and what of the source stands where. */
export interface SourceState {
  cursor: PackedJson;
  /** The chunk that was open; its content by its id, since another machine may have gone on otherwise behind the same one. */
  raw: { name: string; k: number; records: number; size: number; oid?: Oid } | null;
  /** Records of every turn on the branches of the source: how many are kept, the last of those, how many others. */
  placed: Record<TurnId, [count: number, last: string, others: number]>;
  /** Where the branches stood then: of one that something else moved since, the pages tell. */
  tips?: Record<string, Oid>;
}

export interface SourceTable {
  /** The operation after which the table was written: a store without it has another past. */
  ops: Oid | null;
  rows: Map<string, SourceRow>;
}

const version = 5;
/** States that are worth a file together. */
const many = 32;
const tablePath = (folder: string) => join(folder, 'sources.json');
const openPath = (folder: string) => join(folder, 'open.json');
const statePath = (folder: string, key: string) =>
  join(folder, 'cursors', `${builtin.crypto.createHash('sha256').update(key).digest('hex').slice(0, 32)}.z`);

/** Returns the table of sources; an empty one when there is none or it is of another version. */
export async function readTable(host: Host, folder: string): Promise<SourceTable> {
  const bytes = await readIfThere(host.fs, tablePath(folder));
  const table = bytes && parseDerived<{ version: number; ops: Oid | null; rows: [string, SourceRow][] }>(bytes);
  if (table?.version !== version) return { ops: null, rows: new Map() };
  return { ops: table.ops, rows: new Map(table.rows) };
}

/** Returns the turns in progress of every conversation that has some. */
export async function readOpenTurns(host: Host, folder: string): Promise<Map<ConversationId, OpenTurn[]>> {
  const bytes = await readIfThere(host.fs, openPath(folder));
  const saved = bytes && parseDerived<{ version: number; open: [ConversationId, OpenTurn[]][] }>(bytes);
  return new Map(saved?.version === version ? saved.open : []);
}

/** Writes the table whole: a temporary file, then a rename; and for themselves what commands that only read want of it. */
export async function writeTable(host: Host, folder: string, table: SourceTable): Promise<void> {
  const open = new Map<ConversationId, OpenTurn[]>();
  const folders = new Map<ConversationId, string | null>();
  for (const { conversation, open: turns, folder: recorded } of table.rows.values()) {
    if (conversation && turns?.length) open.set(conversation, [...(open.get(conversation) ?? []), ...turns]);
    if (conversation && !folders.get(conversation)) folders.set(conversation, recorded ?? null);
  }
  await writeRecorded(host, folder, folders);
  await writeDerived(host, openPath(folder), JSON.stringify({ version, open: [...open] }));
  await writeDerived(host, tablePath(folder), JSON.stringify({ version, ops: table.ops, rows: [...table.rows] }));
  await removeUnnamed(host, folder, table.rows.values());
}

/** Bytes that tell how long the cursor is, which comes first; behind it stands the rest of a state. */
const lengthBytes = 4;

/** Returns the state of one source, or undefined when there is none that can be read. */
export async function readState(host: Host, folder: string, key: string, { at }: SourceRow): Promise<SourceState | undefined> {
  const bytes = at ? readPart(host, folder, at) : await readIfThere(host.fs, statePath(folder, key));
  if (!bytes || bytes.length < lengthBytes) return undefined;
  const end = lengthBytes + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(0);
  const rest = unpackJson<Omit<SourceState, 'cursor'> & { version: number }>(bytes.subarray(end));
  return rest?.version === version ? { ...rest, cursor: bytes.subarray(lengthBytes, end) as PackedJson } : undefined;
}

function encodeState({ cursor, ...rest }: SourceState): Uint8Array {
  const head = Buffer.alloc(lengthBytes);
  head.writeUInt32LE(cursor.length, 0);
  return Buffer.concat([head, cursor, packJson({ version, ...rest })]);
}

/**
 * Writes the states of sources whole, and tells the rows where they stand: a few in files of their own, many as one file, which takes a
 * tenth of the time. `writeTable` removes such a file when no row names it any more.
 */
export async function writeStates(
  host: Host,
  folder: string,
  states: readonly [key: string, row: SourceRow, state: SourceState][],
): Promise<void> {
  const file = states.length > many ? `${nonce()}.states` : undefined;
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const [key, row, state] of states) {
    const bytes = encodeState(state);
    if (file === undefined) await writeDerived(host, statePath(folder, key), bytes);
    else {
      row.at = [file, offset, bytes.length];
      pieces.push(bytes);
      offset += bytes.length;
    }
  }
  if (file !== undefined) await writeDerived(host, join(folder, 'cursors', file), Buffer.concat(pieces));
}

function readPart(host: Host, folder: string, [file, offset, length]: NonNullable<SourceRow['at']>): Uint8Array | undefined {
  const path = join(folder, 'cursors', file);
  try {
    const handle = host.fs.openSync(path, 'r');
    try {
      return readAt(host.fs, handle, offset, length);
    } finally {
      host.fs.closeSync(handle);
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw cannotRead(path, error);
  }
}

/** Removes the files of states that no row names. */
async function removeUnnamed(host: Host, folder: string, rows: Iterable<SourceRow>): Promise<void> {
  const files = (await listIfThere(host.fs, join(folder, 'cursors'))).filter((name) => name.endsWith('.states'));
  if (files.length === 0) return;
  const named = new Set<string | undefined>();
  for (const { at } of rows) named.add(at?.[0]);
  for (const name of files) if (!named.has(name)) await removeIfThere(host.fs, join(folder, 'cursors', name));
}
