import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Json } from '../../model/json.ts';
import type { AttachmentPart, Part, TextPart, ToolCallPart, ToolResult, Turn } from '../../model/turn.ts';
import { type Arranged, aborted, aside } from './arrange.ts';
import { add, type Lines } from './lines.ts';

/** A task while it is written: everything in it names its native turn. */
interface Task {
  out: Lines;
  id: string;
  turn: Turn;
}

/**
 * Adds a turn that was arranged as a task of its own: the id of the task is the only one that the importer names a turn by, and the mark in
 * it stands for one turn.
 */
export function addTask(out: Lines, turn: Turn, arranged: Arranged): void {
  const task: Task = { out, turn, id: out.target.ids.forTurn(turn.id, turn.role) };
  add(out, 'event_msg', { type: 'task_started', turn_id: task.id, model_context_window: null }, turn.time);
  if (turn.role === 'assistant') addAnswer(task, arranged);
  else if (arranged.kind === 'compaction') addSummary(task, arranged);
  else addPrompt(task, arranged);
  const event =
    arranged.stop === 'interrupted' ? { type: 'turn_aborted', reason: 'interrupted' } : { type: 'task_complete', last_agent_message: null };
  add(out, 'event_msg', { ...event, turn_id: task.id }, turn.ended);
}

/** An item of the model's history. */
const item = ({ out, id }: Task, payload: JsonObject, kinds?: string[]): void =>
  add(out, 'response_item', {
    ...payload,
    internal_chat_message_metadata_passthrough: { turn_id: id, ...(kinds ? { content_item_kinds: kinds } : {}) },
  });

const message = (task: Task, content: Json[], kinds: string[]): void => item(task, { type: 'message', role: 'user', content }, kinds);

function addPrompt(task: Task, { kind, steps }: Arranged): void {
  const parts = steps[0]?.parts ?? [];
  if (kind === 'shell') {
    parts.forEach((part, index) => {
      const next = parts[index + 1];
      if (part.kind === 'command') message(task, [shellItem(part, next?.kind === 'output' ? next : undefined)], ['shell.user_command']);
    });
    return;
  }
  message(
    task,
    parts.map(contentItem),
    parts.map((part) => (part.kind === 'attachment' ? 'user.image' : 'user.text')),
  );
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  const images = parts.flatMap((part) => (part.kind === 'attachment' ? [dataUrl(part)] : []));
  addUserMessage(task, texts.join('\n'), images);
}

/** What the list and the terminal show of a prompt. */
function addUserMessage({ out, id }: Task, text: string, images: string[]): void {
  if (!out.numbered) {
    add(out, 'event_msg', { type: 'user_message', message: text, images, local_images: [], text_elements: [] });
    return;
  }
  const { ids } = out.target;
  const content = [{ type: 'text', text, text_elements: [] }, ...images.map((image_url) => ({ type: 'image', image_url }))];
  add(out, 'event_msg', {
    ...{ type: 'item_completed', thread_id: ids.native, turn_id: id },
    item: { type: 'UserMessage', id: ids.fresh(), content },
    ...{ started_at_ms: out.time, completed_at_ms: out.time },
  });
}

function shellItem({ text }: TextPart, output: TextPart | undefined): Json {
  const lines = [
    '<user_shell_command>',
    '<command>',
    text.slice(2),
    '</command>',
    '<result>',
    output?.text ?? '',
    '</result>',
    '</user_shell_command>',
  ];
  return { type: 'input_text', text: lines.join('\n') };
}

const contentItem = (part: Part): Json =>
  part.kind === 'attachment'
    ? { type: 'input_image', image_url: dataUrl(part) }
    : { type: 'input_text', text: 'text' in part ? part.text : '' };

const dataUrl = ({ media, data }: AttachmentPart): string =>
  `data:${media};base64,${Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64')}`;

/** The summary stands for all of the history before it. */
function addSummary({ out }: Task, { steps }: Arranged): void {
  const [part] = steps[0]?.parts ?? [];
  const text = part?.kind === 'text' ? part.text : '';
  const kept = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  add(out, 'compacted', { message: text, replacement_history: [kept] });
}

function addAnswer(task: Task, { stop, steps }: Arranged): void {
  for (const [index, { parts }] of steps.entries()) {
    // Behind the count of tokens, as behind an output, the next item begins another message.
    if (index > 0) add(task.out, 'event_msg', { type: 'token_count', info: null, rate_limits: null });
    for (const part of parts) {
      if (part.kind === 'text') addText(task, part);
      else if (part.kind === 'tool-call') addCall(task, part);
    }
    for (const part of parts) if (part.kind === 'tool-call' && part.result) addOutput(task, part, part.result);
    for (const part of parts) if (part.kind !== 'text' && part.kind !== 'tool-call') addAside(task, part);
  }
  if (stop === 'interrupted') task.out.time = Math.max(task.out.time, Date.parse(task.turn.ended ?? '') || 0);
}

function addText(task: Task, { text }: TextPart): void {
  const { out, id } = task;
  item(task, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
  if (!out.numbered) {
    add(out, 'event_msg', { type: 'agent_message', message: text });
    return;
  }
  const { ids } = out.target;
  add(out, 'event_msg', {
    ...{ type: 'item_completed', thread_id: ids.native, turn_id: id },
    item: { type: 'AgentMessage', id: ids.fresh(), content: [{ type: 'Text', text }] },
    ...{ started_at_ms: out.time, completed_at_ms: out.time },
  });
}

/** A freeform call has a text for its input; the name of another one may stand in a namespace. */
function addCall(task: Task, { call, name, input }: ToolCallPart): void {
  if (typeof input === 'string') {
    item(task, { type: 'custom_tool_call', status: 'completed', call_id: call, name, input });
    return;
  }
  const [first = '', ...rest] = name.split('.');
  const named = rest.length === 0 ? { name: first } : { namespace: first, name: rest.join('.') };
  item(task, { type: 'function_call', ...named, arguments: JSON.stringify(input), call_id: call });
}

function addOutput(task: Task, { call, input }: ToolCallPart, { content }: ToolResult): void {
  const type = typeof input === 'string' ? 'custom_tool_call_output' : 'function_call_output';
  item(task, { type, call_id: call, output: outputOf(content) });
}

/** One text is a string, unless that would be taken for the JSON in which old versions wrapped it. */
function outputOf(content: ToolResult['content']): Json {
  const [first] = content;
  if (!first) return '';
  if (content.length === 1 && first.kind === 'text' && !first.text.includes('"exit_code"')) return first.text;
  return content.map((part) => contentItem(part as Part));
}

function addAside(task: Task, part: Part): void {
  if (part.kind === 'prompt') {
    message(task, [contentItem(part)], ['user.text']);
    addUserMessage(task, part.text, []);
    return;
  }
  const kind = part.kind === 'context' && part.text === aborted ? 'generic.turn_aborted' : `generic.${aside}`;
  message(task, [contentItem(part)], [kind]);
}

/** Adds an output for a call of records that are kept as they are. */
export function addStated(out: Lines, turn: string | undefined, call: string, type: string, text: string): void {
  const passthrough = turn === undefined ? {} : { internal_chat_message_metadata_passthrough: { turn_id: turn } };
  const output = type === 'custom_tool_call' ? 'custom_tool_call_output' : 'function_call_output';
  add(out, 'response_item', { type: output, call_id: call, output: text, ...passthrough });
}
