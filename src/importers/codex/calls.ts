import type { Json } from '../../model/json.ts';
import type { Part, ResultStatus, ToolCallPart, ToolResult } from '../../model/turn.ts';
import { number, object, objects, parsedText, string } from '../kit/fields.ts';
import { deeperThan } from '../kit/json-piece.ts';
import { type JsonObject, maxDepth } from '../kit/jsonl.ts';
import { spawnedByEvent, spawnedByText } from './agents.ts';
import { silentItems } from './classify.ts';
import { dataPart, imagePart } from './media.ts';
import type { CodexRecord } from './record.ts';
import { textOf } from './text.ts';

/** The tool calls of one turn: outputs find their call by `call_id`, wherever it stands. */
export class Calls {
  private readonly byId = new Map<string, ToolCallPart>();
  private readonly outcomes = new Map<string, ResultStatus>();
  private readonly spawned = new Map<string, string>();

  constructor(records: CodexRecord[]) {
    for (const { type, payload } of records) if (type === 'event_msg') this.note(payload);
  }

  /** Returns the parts of a response item that is no message; an output goes to its call and gives none. */
  parts(type: string, payload: JsonObject): Part[] {
    if (type.endsWith('_output')) return this.output(type, payload);
    const call = callOf(type, payload);
    if (!call) return silentItems.includes(type) ? [] : [{ kind: 'unknown', type, value: payload }];
    if (call.call !== '') this.byId.set(call.call, call);
    return [call];
  }

  private output(type: string, payload: JsonObject): Part[] {
    const id = string(payload.call_id);
    const result = resultOf(type, payload, this.outcomes.get(id));
    const call = this.byId.get(id);
    if (!call || call.result) return [{ kind: 'tool-result', call: id, result }];
    call.result = result;
    const agent = this.spawned.get(id) ?? (call.name.endsWith('spawn_agent') ? spawnedByText(string(payload.output)) : undefined);
    if (agent !== undefined) call.agents = [agent];
    return [];
  }

  /** Takes what an event tells of a call: how it ended (the output is often only text), which agent it started. */
  private note(payload: JsonObject): void {
    const spawned = spawnedByEvent(payload);
    if (spawned && spawned.agent !== '') this.spawned.set(spawned.call, spawned.agent);
    const item = object(payload.item);
    const id = string(payload.call_id) || string(item.id);
    const told = item.type === undefined ? payload : item;
    if (id === '' || (item.type === undefined && !/_(?:end|response)$/.test(string(payload.type)))) return;
    const outcome = outcomeOf(told);
    if (outcome !== undefined) this.outcomes.set(id, outcome);
  }
}

function outcomeOf(told: JsonObject): ResultStatus | undefined {
  const result = object(told.result);
  const status = string(told.status);
  if (status === 'declined') return 'rejected';
  const failed =
    status === 'failed' || told.success === false || 'Err' in result || object(result.Ok).isError === true || result.isError === true;
  const exit = number(told.exit_code);
  if (failed || (exit !== undefined && exit !== 0)) return 'failed';
  return exit === 0 || status === 'completed' || told.success === true ? 'ok' : undefined;
}

function callOf(type: string, payload: JsonObject): ToolCallPart | undefined {
  const call = string(payload.call_id) || string(payload.id);
  const named = (name: string, input: Json): ToolCallPart => ({ kind: 'tool-call', call, name, input });
  if (type === 'function_call') return named(nameOf(payload), inputOf(payload.arguments));
  if (type === 'custom_tool_call') return named(nameOf(payload), payload.input ?? null);
  if (type === 'local_shell_call') return named('local_shell', payload.action ?? null);
  if (type === 'tool_search_call') return named('tool_search', payload.arguments ?? null);
  if (type === 'web_search_call') return done(named('web_search', payload.action ?? null), payload, []);
  if (type === 'image_generation_call') {
    const image = dataPart(`data:image/png;base64,${string(payload.result)}`);
    return done(
      named('image_generation', { prompt: string(payload.revised_prompt) }),
      payload,
      image && image.data.length > 0 ? [image] : [],
    );
  }
  return undefined;
}

/** These calls run at the provider: the item itself is the result. */
function done(part: ToolCallPart, payload: JsonObject, content: ToolResult['content']): ToolCallPart {
  const status = string(payload.status);
  return status === 'in_progress' ? part : { ...part, result: { status: status === 'failed' ? 'failed' : 'ok', content } };
}

const nameOf = (payload: JsonObject): string => [string(payload.namespace), string(payload.name)].filter((word) => word !== '').join('.');

/** Arguments are JSON in a string; what is none, or nests too deep, stays text. */
function inputOf(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null;
  const parsed = parsedText(value);
  return parsed === undefined || deeperThan(parsed, maxDepth) ? value : parsed;
}

function resultOf(type: string, payload: JsonObject, told: ResultStatus | undefined): ToolResult {
  if (type === 'tool_search_output') {
    return { status: 'ok', content: [{ kind: 'unknown', type, value: payload.tools ?? null }] };
  }
  const { content, exit } = outputOf(payload.output);
  const text = content.map((part) => (part.kind === 'text' ? part.text : '')).join('\n');
  return { status: statusOf(text, exit, told), content };
}

/** The output is text, content items, or (before 0.4x) JSON with the text and the exit code in it. */
function outputOf(output: Json | undefined): { content: ToolResult['content']; exit?: number } {
  if (typeof output === 'string') {
    const wrapped = object(parsedText(output));
    const exit = number(object(wrapped.metadata).exit_code);
    if (typeof wrapped.output === 'string' && exit !== undefined) return { content: textContent(wrapped.output), exit };
    return { content: textContent(output) };
  }
  const items = Array.isArray(output) ? objects(output) : objects([output ?? null]);
  return {
    content: items.flatMap((item): ToolResult['content'] => {
      const image = imagePart(item);
      if (image) return [image];
      if (typeof item.text === 'string') return textContent(textOf(item));
      if (typeof item.content === 'string') return textContent(item.content);
      return [{ kind: 'unknown', type: string(item.type), value: item }];
    }),
    ...(object(output).success === false ? { exit: 1 } : {}),
  };
}

const textContent = (text: string): ToolResult['content'] => (text === '' ? [] : [{ kind: 'text', text }]);

/** Returns how a call ended, by an exit code or an event where one tells it, else by the words of its output (`Tool call failed`: convo's own). */
export function statusOf(text: string, exit: number | undefined, told: ResultStatus | undefined): ResultStatus {
  if (/^\s*(?:exec command|patch|command|tool call) (?:was )?(?:rejected|denied) by (?:the )?user/i.test(text)) return 'rejected';
  if (told !== undefined) return told;
  const stated = exit ?? Number(/^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(text.slice(0, 400))?.[1] ?? 0);
  return stated !== 0 ||
    /^(?:Wall time: [\d.]+ seconds\n)?aborted by user|^unsupported call: |^failed to parse |^Tool call failed\n/.test(text)
    ? 'failed'
    : 'ok';
}
