import type { Part, Step, Tokens, ToolCallPart } from '../../model/turn.ts';
import { object, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';
import { asideParts } from './aside.ts';
import { attachmentOf, promptParts, resultOf, unknownBlock } from './blocks.ts';
import type { Building, Member } from './build.ts';
import { isCall, isInterrupt, isResult, messageBlocks } from './record.ts';

interface Work {
  steps: Step[];
  /** Steps by the id of their message. */
  messages: Map<string, Step>;
  calls: Map<string, { part: ToolCallPart; step: Step }>;
  /** Usage by message; the last record of a message is right, since output grows while it streams. */
  usage: Map<string, JsonObject>;
  model?: string;
  building: Building;
}

interface Body {
  steps: Step[];
  tokens?: Tokens;
  model?: string;
}

/** Returns the steps of an assistant turn: one a message of the model, its calls with their results, asides where they stood. */
export async function assistantSteps(members: Member[], building: Building): Promise<Body> {
  const work: Work = { steps: [], messages: new Map(), calls: new Map(), usage: new Map(), building };
  const results: Member[] = [];
  const early: Part[] = [];
  for (const member of members) {
    if (member.entry.kind === 'assistant') await message(work, member);
    else if (member.entry.kind === 'result' && work.steps.length > 0) await takeResults(work, member);
    else if (member.entry.kind === 'result') results.push(member);
    else if (work.steps.length === 0) early.push(...asideParts(member, false));
    else for (const part of asideParts(member, false)) insert(work, part);
  }
  for (const member of results) await takeResults(work, member);
  work.steps[0]?.parts.unshift(...early);
  const tokens = tokensOf(work);
  return { steps: work.steps, ...(tokens ? { tokens } : {}), ...(work.model === undefined ? {} : { model: work.model }) };
}

async function message(work: Work, { entry, value }: Member): Promise<void> {
  const said = object(value.message);
  const id = string(said.id) || entry.id;
  const synthetic = said.model === '<synthetic>' || value.isApiErrorMessage === true;
  const model = string(said.model);
  if (!synthetic && model !== '') work.model = model;
  if (!synthetic && Object.keys(object(said.usage)).length > 0) work.usage.set(id, object(said.usage));
  let step = work.messages.get(id);
  if (!step) {
    step = { parts: [] };
    work.messages.set(id, step);
    work.steps.push(step);
  }
  const blocks = messageBlocks(value);
  for (const block of blocks) {
    if (isResult(block)) await takeResult(work, value, block);
    else addBlock(work, step, block, synthetic, blocks.length > 1);
  }
}

function addBlock(work: Work, step: Step, block: JsonObject, synthetic: boolean, several: boolean): void {
  if (isCall(block)) {
    addCall(work, step, block);
    return;
  }
  const text = block.type === 'text' ? string(block.text) : block.type === 'thinking' ? string(block.thinking) : undefined;
  if (text === undefined) {
    step.parts.push(attachmentOf(block) ?? unknownBlock(block));
    return;
  }
  if (text === '') return;
  const kind = synthetic ? 'error' : block.type === 'thinking' ? 'thinking' : 'text';
  // Builds of 2.0 wrote the message anew with every block: what it said before stands in it again.
  if (several && step.parts.some((part) => part.kind === kind && part.text === text)) return;
  step.parts.push({ kind, text });
}

function addCall(work: Work, step: Step, block: JsonObject): void {
  const call = string(block.id);
  if (work.calls.has(call)) return;
  const agents = work.building.started.get(call);
  const part: ToolCallPart = {
    kind: 'tool-call',
    call,
    name: string(block.name),
    input: block.input ?? null,
    ...(agents ? { agents } : {}),
  };
  step.parts.push(part);
  work.calls.set(call, { part, step });
}

async function takeResults(work: Work, { value }: Member): Promise<void> {
  const blocks = messageBlocks(value);
  let call = '';
  for (const block of blocks) {
    if (isResult(block)) {
      call = string(block.tool_use_id) || string(value.sourceToolUseID);
      await takeResult(work, value, block);
    } else for (const part of remarks(block, call)) insert(work, part);
  }
}

/** What stands beside a result is the person's remark in the permission dialog, except the client's note of an interrupt. */
function remarks(block: JsonObject, call: string): Part[] {
  if (block.type === 'text' && isInterrupt(string(block.text))) return [];
  return promptParts([block], 'text').map((part) =>
    part.kind === 'text' ? { kind: 'remark', text: part.text, ...(call ? { call } : {}) } : part,
  );
}

async function takeResult(work: Work, record: JsonObject, block: JsonObject): Promise<void> {
  const call = string(block.tool_use_id) || string(record.sourceToolUseID);
  const result = await resultOf(record, block, work.building);
  const known = work.calls.get(call);
  if (known && !known.part.result) known.part.result = result;
  else insert(work, { kind: 'tool-result', call, result });
}

/** Puts a part that belongs to a call behind it, any other at the end of the step that runs. */
function insert(work: Work, part: Part): void {
  const call = 'call' in part && part.kind !== 'tool-call' ? part.call : undefined;
  const known = call === undefined ? undefined : work.calls.get(call);
  if (!known) {
    work.steps.at(-1)?.parts.push(part);
    return;
  }
  const { parts } = known.step;
  let place = parts.indexOf(known.part) + 1;
  while (place < parts.length) {
    const next = parts[place];
    if (!next || next.kind === 'tool-call' || !('call' in next) || next.call !== call) break;
    place += 1;
  }
  parts.splice(place, 0, part);
}

function tokensOf(work: Work): Tokens | undefined {
  const all = [...work.usage.values()];
  const last = all.at(-1);
  if (!last) return undefined;
  const count = (usage: JsonObject, key: string): number => {
    const value = usage[key];
    return typeof value === 'number' && value > 0 ? value : 0;
  };
  const output = all.reduce((sum, usage) => sum + count(usage, 'output_tokens'), 0);
  const context = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'].reduce(
    (sum, key) => sum + count(last, key),
    0,
  );
  return { output, context };
}

/** Returns the results of a record whose calls are in no turn of the file, and the remarks beside them. */
export async function resultParts({ value }: Member, building: Building): Promise<Part[]> {
  const parts: Part[] = [];
  let call = '';
  for (const block of messageBlocks(value)) {
    if (isResult(block)) {
      call = string(block.tool_use_id) || string(value.sourceToolUseID);
      parts.push({ kind: 'tool-result', call, result: await resultOf(value, block, building) });
    } else parts.push(...remarks(block, call));
  }
  return parts;
}
