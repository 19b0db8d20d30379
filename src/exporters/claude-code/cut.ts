import { tool } from '../../importers/claude-code/outline.ts';
import { isCall, isResult, isSilent, messageBlocks } from '../../importers/claude-code/record.ts';
import { object, string } from '../../importers/kit/fields.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import { turnId } from '../../model/ids.ts';
import type { Turn } from '../../model/turn.ts';
import { type Edit, editJson } from '../kit/edit-json.ts';
import { type Kept, readRecord } from '../kit/record.ts';
import type { Chain } from './chain.ts';

/** The records of an answer up to a step, and how its last message ended. */
export interface Cut {
  records: Uint8Array[];
  stop?: NonNullable<Turn['stop']>;
}

const stops: Readonly<Record<string, string>> = { end_turn: 'end', stop_sequence: 'end', max_tokens: 'length', refusal: 'refusal' };

/**
 * Returns the records of an answer's first steps, a step being a message of the model: all of its records, the results of its calls wherever
 * they stand, and what stands before the next message. Undefined where they cannot be parted.
 */
export function cutRecords(all: readonly Uint8Array[], steps: number): Cut | undefined {
  const records = all.map(readRecord);
  const messages = [...new Set(records.filter(isMessage).map(({ value }) => messageOf(value)))];
  const kept = new Set(messages.slice(0, steps));
  const end = records.findIndex((record) => isMessage(record) && !kept.has(messageOf(record.value)));
  if (end < 0 || kept.size < steps) return undefined;
  const calls = new Set(records.flatMap((record) => (isMessage(record) && kept.has(messageOf(record.value)) ? callsOf(record.value) : [])));
  const isKept = (record: Kept, index: number): boolean => {
    if (isMessage(record)) return kept.has(messageOf(record.value));
    const named = callsNamed(record.value);
    return named.length > 0 ? named.every((call) => calls.has(call)) : index < end;
  };
  const isParted = records.some((record) => {
    const named = callsNamed(record.value);
    return named.some((call) => calls.has(call)) && !named.every((call) => calls.has(call));
  });
  const last = records.findLast((record, index) => isMessage(record) && isKept(record, index));
  const reason = string(object(last?.value.message).stop_reason);
  if (isParted || !last || object(last.value.message).model === '<synthetic>' || last.value.isApiErrorMessage === true) return undefined;
  const stop = stops[reason];
  if (stop === undefined && reason !== '' && reason !== 'tool_use') return undefined;
  return { records: all.filter((_, index) => isKept(records[index] as Kept, index)), ...(stop === undefined ? {} : { stop }) };
}

const isMessage = ({ value }: Kept): boolean => value.type === 'assistant' && !isSilent(value);
const messageOf = (value: JsonObject): string => string(object(value.message).id) || string(value.uuid);
const callsOf = (value: JsonObject): string[] => messageBlocks(value).flatMap((block) => (isCall(block) ? [string(block.id)] : []));

/** The calls whose results, or whose further words, a record holds. */
function callsNamed(value: JsonObject): string[] {
  const results = messageBlocks(value).flatMap((block) => (isResult(block) ? [string(block.tool_use_id)] : []));
  const source = string(value.sourceToolUseID);
  return results.length > 0 || source === '' ? results.filter((call) => call !== '') : [source];
}

/**
 * Returns records under new ids: the first of the answer's under the mark of the turn that they have become, the others under ones that only
 * convo makes, so that what the client adds is told from them.
 */
export function renamed({ target: { ids } }: Chain, records: readonly Kept[], { id, origin }: Turn): Kept[] {
  const names = new Map<string, string>();
  for (const { value } of records) {
    const uuid = string(value.uuid);
    if (uuid !== '' && !names.has(uuid)) names.set(uuid, isOpener(uuid, origin) ? ids.forTurn(id, 'assistant') : ids.fresh());
  }
  return records.map(({ text, value }) => {
    const fresh = Object.fromEntries(
      links.flatMap((key) => (names.has(string(value[key])) ? [[key, names.get(string(value[key])) ?? '']] : [])),
    );
    const edits = Object.entries(fresh).map(([key, next]): Edit => ({ path: [key], value: next }));
    return { text: editJson(text, value, edits), value: { ...value, ...fresh } };
  });
}

/** Where a record names itself or another one. */
const links = ['uuid', 'parentUuid', 'logicalParentUuid', 'sourceToolAssistantUUID'];

const isOpener = (uuid: string, origin: string | undefined): boolean => turnId(tool, uuid, 'assistant') === origin;

/** Tells whether an answer's first record is among these: by its id the turn is found again. */
export const hasOpener = (records: readonly Uint8Array[], origin: string | undefined): boolean =>
  records.some((record) => isOpener(string(readRecord(record).value.uuid), origin));
