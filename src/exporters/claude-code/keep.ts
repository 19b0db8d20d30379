import { isCall, isResult, messageBlocks } from '../../importers/claude-code/record.ts';
import { plainName, spillPaths } from '../../importers/claude-code/spill.ts';
import { string } from '../../importers/kit/fields.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import { type Edit, editJson } from '../kit/edit-json.ts';
import type { MovePath } from '../kit/move-path.ts';
import type { Kept } from '../kit/record.ts';
import { absolute, type Chain, sessionFolder } from './chain.ts';

/** What keeping records needs besides the chain. */
export interface Keeping {
  move: MovePath;
  /** Uuids of all records that are kept: what hangs on one of them stays there. */
  uuids: ReadonlySet<string>;
  /** Spilled results, by the name of their file. */
  spills: ReadonlyMap<string, Uint8Array>;
}

/**
 * Adds records of a turn as they are. Only ids, paths and links change: the session, the working folder where the project moved, the
 * place of a spilled result that comes along, and the parent of a record whose own one is not written.
 */
export function addKept(chain: Chain, records: readonly Kept[], keeping: Keeping): void {
  for (const record of records) {
    const { value } = record;
    chain.lines.push(withSpills(chain, linked(chain, record, keeping), value, keeping));
    if (value.operation === 'enqueue') chain.lines.push(takenOut(chain, value));
    const uuid = string(value.uuid);
    if (uuid === '') continue;
    chain.last = uuid;
    const time = Date.parse(string(value.timestamp));
    if (!Number.isNaN(time)) chain.time = Math.max(chain.time, time);
  }
}

/** The record's text in its new conversation. */
function linked(chain: Chain, { text, value }: Kept, { move, uuids }: Keeping): string {
  const { native } = chain.target.ids;
  const edits: Edit[] = [
    { path: ['sessionId'], value: native },
    { path: ['session_id'], value: native },
  ];
  if (typeof value.cwd === 'string') edits.push({ path: ['cwd'], value: move(value.cwd) });
  const parent = string(value.parentUuid);
  const isRoot = value.subtype === 'compact_boundary' || chain.last === null || string(value.uuid) === '';
  const isLost = parent === '' ? !isRoot : !uuids.has(parent);
  if (isLost) edits.push({ path: ['parentUuid'], value: chain.last });
  const edited = editJson(text, value, edits);
  return isLost && value.parentUuid === undefined ? edited.replace('{', () => `{"parentUuid":${JSON.stringify(chain.last)},`) : edited;
}

/** A prompt of which only the queue tells was taken out of it where it stands. */
function takenOut({ target }: Chain, { timestamp, content }: JsonObject): string {
  return JSON.stringify({ type: 'queue-operation', operation: 'remove', timestamp, sessionId: target.ids.native, content });
}

/** Brings the whole of a spilled result along, and names its new place. */
function withSpills(chain: Chain, text: string, value: JsonObject, { spills }: Keeping): string {
  let edited = text;
  for (const path of spillPaths(value)) {
    const name = path.split(/[/\\]/).at(-1) ?? '';
    const bytes = spills.get(name);
    if (!bytes) continue;
    const place = `${sessionFolder(chain.target)}/tool-results/${name}`;
    if (!chain.beside.some((file) => file.path === place)) chain.beside.push({ path: place, bytes });
    edited = edited.replaceAll(inJson(path), () => inJson(absolute(chain.target, place)));
  }
  return edited;
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Returns the spilled results among a session's documents, by the name of their file. */
export function spillsIn(documents: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const found = [...documents].flatMap(([key, bytes]): [string, Uint8Array][] => {
    const [name = '', folder = ''] = key.split('/').reverse();
    return folder === 'tool-results' && plainName.test(name) ? [[name, bytes]] : [];
  });
  return new Map(found);
}

/** Returns the ids of the calls that have no result in these records. */
export function openCalls(records: readonly Kept[]): Set<string> {
  const open = new Set<string>();
  for (const { value } of records) {
    for (const block of messageBlocks(value)) if (isCall(block) && block.type === 'tool_use') open.add(string(block.id));
    for (const block of messageBlocks(value)) if (isResult(block)) open.delete(string(block.tool_use_id));
  }
  return open;
}
