import type { Json } from '../../model/json.ts';
import { object, string, strings } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { type Entry, packEntries, unpackEntries } from './skeleton.ts';

/** What a scan knows of a file: its skeleton and what the records say of the conversation. */
export interface ScanState {
  entries: Entry[];
  notes: Notes;
  /** Offset of an unterminated last line that was taken as a record; the next scan reads it again. */
  open?: number;
  /** True when the agent's meta file was told. */
  meta?: true;
  /** Whether the file was read as finished. */
  complete: boolean;
}

/** What the records say of the conversation as a whole. */
export interface Notes {
  /** Distinct session ids in order of appearance. */
  sessions: string[];
  /** Sessions that records were copied from. */
  forkedFrom: string[];
  /** Set when the first record of the chain is an agent's: the file is one, whatever its name. */
  agent?: string;
  folder?: string;
  customTitle?: string;
  aiTitle?: string;
}

/** Returns the state before the first record. */
export function emptyState(complete: boolean): ScanState {
  return { entries: [], notes: { sessions: [], forkedFrom: [] }, complete };
}

/** Takes from a record what it says of the conversation. */
export function note(notes: Notes, record: JsonObject): void {
  add(notes.sessions, string(record.sessionId));
  add(notes.forkedFrom, string(object(record.forkedFrom).sessionId));
  const folder = string(record.cwd);
  if (folder !== '') notes.folder ??= folder;
  const custom = record.type === 'custom-title' ? string(record.customTitle).trim() : '';
  if (custom !== '') notes.customTitle = custom;
  const ai = record.type === 'ai-title' ? string(record.aiTitle).trim() : '';
  if (ai !== '') notes.aiTitle = ai;
}

function add(list: string[], value: string): void {
  if (value !== '' && list.length < 1000 && !list.includes(value)) list.push(value);
}

/** Returns the state as JSON for a cursor. */
export function packState(state: ScanState): Json {
  const { entries, notes, open, meta, complete } = state;
  return {
    entries: packEntries(entries),
    notes: { ...notes },
    complete,
    ...(open === undefined ? {} : { open }),
    ...(meta ? { meta } : {}),
  };
}

/** Returns the state that `packState` gave. */
export function unpackState(packed: Json): ScanState {
  const state = object(packed);
  const said = object(state.notes);
  const notes: Notes = { sessions: strings(said.sessions), forkedFrom: strings(said.forkedFrom) };
  for (const key of ['agent', 'folder', 'customTitle', 'aiTitle'] as const) if (typeof said[key] === 'string') notes[key] = said[key];
  const read: ScanState = { entries: unpackEntries(state.entries ?? packEntries([])), notes, complete: state.complete === true };
  if (typeof state.open === 'number') read.open = state.open;
  if (state.meta === true) read.meta = true;
  return read;
}
