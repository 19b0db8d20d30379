import { answerSteps } from '../../importers/codex/answer.ts';
import { type CodexRecord, itemType, recordOf } from '../../importers/codex/record.ts';
import { string } from '../../importers/kit/fields.ts';
import type { JsonObject } from '../../importers/kit/jsonl.ts';
import { isSame } from '../../model/same.ts';
import type { Turn } from '../../model/turn.ts';
import { type Edit, editJson } from '../kit/edit-json.ts';
import { type Kept, readRecord } from '../kit/record.ts';

/**
 * Returns the records of an answer's first steps: those before the next one begins, and the outputs of their calls wherever they stand, without
 * what frames the task. Undefined where the importer would not read these steps in them.
 */
export function cutRecords(all: readonly Uint8Array[], { steps }: Pick<Turn, 'steps'>): Uint8Array[] | undefined {
  // What the importer does not know it tells as it is: where that names the task, the steps would read otherwise.
  const records = all.map((bytes) => recordOf(inTask(readRecord(bytes), 'another').value));
  const end = endOf(records, steps.length);
  const calls = new Set(records.slice(0, end).flatMap((record) => (isOutput(record) ? [] : callOf(record))));
  const isKept = (record: CodexRecord, index: number): boolean =>
    !isFrame(record) && (isOutput(record) ? callOf(record).every((call) => calls.has(call)) : index < end);
  if (!isSame(answerSteps(records.filter(isKept)), steps)) return undefined;
  return all.filter((_, index) => isKept(records[index] as CodexRecord, index));
}

const isOutput = ({ type, payload }: CodexRecord): boolean => type === 'response_item' && itemType(payload).endsWith('_output');
const callOf = ({ payload }: CodexRecord): string[] => [string(payload.call_id)].filter((call) => call !== '');

/** What begins and ends a task is written anew for the turn. */
const isFrame = ({ type, payload }: CodexRecord): boolean =>
  type === 'event_msg' && ['task_started', 'task_complete', 'turn_aborted'].includes(string(payload.type));

/** Returns behind how many records the answer has so many steps for the last time; steps only become more. */
function endOf(records: readonly CodexRecord[], steps: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (answerSteps(records.slice(0, middle)).length <= steps) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Returns a record that names another native turn in the place of its own. */
export function inTask({ text, value }: Kept, id: string): Kept {
  const passthrough = 'internal_chat_message_metadata_passthrough';
  const edits: Edit[] = [
    { path: ['payload', 'turn_id'], value: id },
    { path: ['payload', passthrough, 'turn_id'], value: id },
    { path: ['payload', 'metadata', 'turn_id'], value: id },
  ];
  const edited = editJson(text, value, edits);
  return { text: edited, value: JSON.parse(edited) as JsonObject };
}
