import type { Json } from '../../model/json.ts';

/**
 * What a record is for the tree of turns (turns.md 1). Opens a turn: prompt, command, shell, notice, summary. Of the next
 * turn: lead, boundary. Of a call's turn: result, skill. Of its parent's turn: the others. Without a turn: raw.
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
  'interrupt',
  'duration',
  'enqueue',
  'dequeue',
  'remove',
  'popAll',
  'raw',
];

const optional = ['side', 'calls', 'tasks', 'results', 'agent', 'final', 'text', 'stop', 'says', 'compacts', 'preserved'] as const;

/** Returns the skeleton as compact JSON: a row a record, places as differences from the row before. */
export function packEntries(entries: readonly Entry[]): Json {
  let end = 0;
  let line = 0;
  let time = 0;
  let id = '';
  return entries.map((entry) => {
    const parent = entry.parent === id && id !== '' ? 1 : entry.parent;
    const row: Json[] = [
      kinds.indexOf(entry.kind) * 2 + (entry.keeps ? 1 : 0),
      entry.id,
      parent,
      entry.offset - end,
      entry.length,
      entry.line - line,
    ];
    row.push(entry.time === undefined ? null : entry.time - time);
    const rest: Record<string, Json> = {};
    optional.forEach((key, index) => {
      const value = entry[key];
      if (value !== undefined) rest[String(index)] = value as Json;
    });
    if (Object.keys(rest).length > 0) row.push(rest);
    end = entry.offset + entry.length;
    line = entry.line;
    time = entry.time ?? time;
    if (entry.id !== '') id = entry.id;
    return row;
  });
}

/** Returns the skeleton that `packEntries` gave. */
export function unpackEntries(packed: Json): Entry[] {
  let end = 0;
  let line = 0;
  let time = 0;
  let id = '';
  return (packed as [number, string, string | 1, number, number, number, number | null, Record<string, Json>?][]).map((row) => {
    const [code, own, parent, gap, length, lines, delta, rest] = row;
    const kind = kinds[code >> 1] ?? 'raw';
    const entry: Entry = { kind, id: own, parent: parent === 1 ? id : parent, offset: end + gap, length, line: line + lines };
    if (delta !== null) {
      time += delta;
      entry.time = time;
    }
    if (code % 2 === 1) entry.keeps = true;
    if (rest) for (const [index, value] of Object.entries(rest)) Object.assign(entry, { [optional[Number(index)] ?? 'text']: value });
    end = entry.offset + length;
    line = entry.line;
    if (own !== '') id = own;
    return entry;
  });
}
