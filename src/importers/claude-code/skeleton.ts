import type { Json } from '../../model/json.ts';

/**
 * What a record is for the tree of turns (turns.md 1). Opens a turn: prompt, command, shell, notice, summary. Of the next
 * turn: lead, boundary. Of a call's turn: result, skill. Of its parent's turn: the others, of which `state` is content for raw
 * alone. Without a turn: raw.
 */
export type Kind =
  | 'prompt'
  | 'command'
  | 'shell'
  | 'notice'
  | 'summary'
  | 'assistant'
  | 'lead'
  | 'boundary'
  | 'result'
  | 'skill'
  | 'part'
  | 'trail'
  | 'state'
  | 'unknown'
  | 'interrupt'
  | 'duration'
  | 'enqueue'
  | 'dequeue'
  | 'remove'
  | 'popAll'
  | 'raw';

/** What pass 1 keeps of a record: enough to place it, not what it says. About 200 bytes. */
export interface Entry {
  kind: Kind;
  /** Native uuid; '' for a record without one. */
  id: string;
  parent: string;
  offset: number;
  length: number;
  line: number;
  /** Milliseconds since 1970. */
  time?: number;
  /** True for a type that a replay keeps: user, assistant, attachment. */
  keeps?: true;
  /** Set for a side chain: the agent's native id, '' when the record names none. */
  side?: string;
  /** Ids of the calls in an assistant record, and digests of the prompts of those that start an agent. */
  calls?: string[];
  tasks?: [call: string, prompt: string][];
  /** Ids of the calls whose results this record holds; for a skill, of the call it belongs to. */
  results?: string[];
  /** Native id of the agent that a result or a notification tells of. */
  agent?: string;
  /** True when that is its final result. */
  final?: true;
  /** Digest of the text of a prompt, of a queued prompt and of what was enqueued. */
  text?: string;
  /** How the message ended, as recorded, or `error` for a failure of the service. */
  stop?: string;
  /** True when the last block of an assistant record is text. */
  says?: true;
  /** True when a command is `/compact`. */
  compacts?: true;
  /** Uuids of the records that a compaction preserved (copied or re-parented behind its summary). */
  preserved?: string[];
  /** Of a compaction that kept a part word for word: the uuids of the record which that part stands behind for the model, and of its last one. */
  segment?: [anchor: string, tail: string];
}

const kinds: Kind[] = [
  'prompt',
  'command',
  'shell',
  'notice',
  'summary',
  'assistant',
  'lead',
  'boundary',
  'result',
  'skill',
  'part',
  'trail',
  'state',
  'unknown',
  'interrupt',
  'duration',
  'enqueue',
  'dequeue',
  'remove',
  'popAll',
  'raw',
];

const optional = [
  'side',
  'calls',
  'tasks',
  'results',
  'agent',
  'final',
  'text',
  'stop',
  'says',
  'compacts',
  'preserved',
  'segment',
] as const;

/**
 * Returns the skeleton as compact JSON, about 80 bytes a record: a column a field, since a row a record would cost twice the
 * memory. Places and times are differences from the record before, and so is a parent that is the record before (1).
 */
export function packEntries(entries: readonly Entry[]): Json {
  const kind: number[] = [];
  const id: string[] = [];
  const parent: (string | 1)[] = [];
  const gap: number[] = [];
  const length: number[] = [];
  const line: number[] = [];
  const time: (number | null)[] = [];
  const rest: Record<string, [number[], Json[]]> = {};
  let before = { end: 0, line: 0, time: 0, id: '' };
  entries.forEach((entry, index) => {
    kind.push(kinds.indexOf(entry.kind) * 2 + (entry.keeps ? 1 : 0));
    id.push(entry.id);
    parent.push(entry.parent === before.id && before.id !== '' ? 1 : entry.parent);
    gap.push(entry.offset - before.end);
    length.push(entry.length);
    line.push(entry.line - before.line);
    time.push(entry.time === undefined ? null : entry.time - before.time);
    for (const key of optional) if (entry[key] !== undefined) packField(rest, key, index, entry[key] as Json);
    before = { end: entry.offset + entry.length, line: entry.line, time: entry.time ?? before.time, id: entry.id || before.id };
  });
  return { kind, id, parent, gap, length, line, time, rest };
}

interface Packed {
  kind: number[];
  id: string[];
  parent: (string | 1)[];
  gap: number[];
  length: number[];
  line: number[];
  time: (number | null)[];
  rest: Partial<Record<(typeof optional)[number], [number[], Json[]]>>;
}

const lists = new Set<string>(['calls', 'results', 'preserved']);

/** Adds a field that not every record has: the record's number and the value, of a list of one its only item. */
function packField(rest: Record<string, [number[], Json[]]>, key: string, index: number, value: Json): void {
  rest[key] ??= [[], []];
  rest[key][0].push(index);
  rest[key][1].push(lists.has(key) && Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : value);
}

/** Returns the skeleton that `packEntries` gave. */
export function unpackEntries(packed: Json): Entry[] {
  const columns = packed as unknown as Packed;
  let before = { end: 0, line: 0, time: 0, id: '' };
  const entries = columns.id.map((id, index) => {
    const code = columns.kind[index] ?? 0;
    const parent = columns.parent[index] ?? '';
    const offset = before.end + (columns.gap[index] ?? 0);
    const length = columns.length[index] ?? 0;
    const line = before.line + (columns.line[index] ?? 0);
    const since = columns.time[index] ?? null;
    const entry: Entry = { kind: kinds[code >> 1] ?? 'raw', id, parent: parent === 1 ? before.id : parent, offset, length, line };
    if (since !== null) entry.time = before.time + since;
    if (code % 2 === 1) entry.keeps = true;
    before = { end: offset + length, line, time: entry.time ?? before.time, id: id || before.id };
    return entry;
  });
  for (const key of optional) {
    const [indexes, values] = columns.rest[key] ?? [[], []];
    indexes.forEach((index, place) => {
      const entry = entries[index];
      const value = values[place];
      if (entry) Object.assign(entry, { [key]: lists.has(key) && typeof value === 'string' ? [value] : value });
    });
  }
  return entries;
}
