import type { JsonObject } from '../../importers/kit/jsonl.ts';
import type { Json } from '../../model/json.ts';
import { sizeText } from '../../model/page/draft.ts';
import type { AttachmentPart, Part, TextPart, ToolCallPart, ToolResult, Turn } from '../../model/turn.ts';
import { statedResult } from '../kit/adapt.ts';
import { wellFormed } from '../kit/well-formed.ts';
import type { Arranged } from './arrange.ts';
import { absolute, add, type Chain, sessionFolder } from './chain.ts';
import { commandRecord, outputRecord } from './elements.ts';
import { opening } from './thread.ts';

/** From this length on a result stands in a file of its own, of which the model sees the head; in characters. */
const spillsFrom = 50_000;
const shown = 2_000;

const user = (content: Json): JsonObject => ({ message: { role: 'user', content } });

/** Adds the records of a user turn that was arranged; its opening record has the id that is marked with the turn. */
export function addUser(chain: Chain, turn: Turn, { kind, stop, steps }: Arranged): void {
  let opener: string | undefined = chain.target.ids.forTurn(turn.id, 'user');
  const open = (fields: JsonObject) => {
    add(chain, 'user', turn.time, fields, opener);
    opener = undefined;
  };
  const said: Part[] = [];
  const summary = kind === 'compaction' ? { isVisibleInTranscriptOnly: true, isCompactSummary: true } : {};
  const say = () => {
    if (said.length > 0) open({ ...user(contentOf(said.splice(0))), ...summary });
  };
  if (kind === 'compaction') addBoundary(chain, turn);
  for (const part of steps[0]?.parts ?? []) {
    if (part.kind === 'command') open(user(commandContent(part)));
    else if (part.kind === 'output') addOutput(chain, turn, part, kind === 'command' ? 'local-command' : 'bash');
    else if (part.kind === 'context' && kind === 'notice') open({ ...user(part.text), origin: { kind: 'task-notification' } });
    else if (part.kind === 'text' || (part.kind === 'attachment' && kind !== 'command')) said.push(part);
    else {
      say();
      add(chain, 'user', turn.time, { ...user(contentOf([part], true)), isMeta: true });
    }
  }
  say();
  if (stop === 'interrupted') addInterrupt(chain, turn);
}

const commandContent = ({ text }: TextPart): string =>
  text.startsWith('/') ? commandRecord(text) : `<bash-input>${text.slice(2)}</bash-input>`;

function addBoundary(chain: Chain, turn: Turn): void {
  const { last } = chain;
  chain.last = null;
  add(chain, 'system', turn.time, {
    ...(last === null ? {} : { logicalParentUuid: last }),
    ...{ subtype: 'compact_boundary', content: 'Conversation compacted', level: 'info' },
    compactMetadata: { trigger: 'manual', preTokens: 0 },
  });
}

const addOutput = (chain: Chain, turn: Turn, { text, label }: TextPart, of: 'bash' | 'local-command'): void =>
  add(chain, 'user', turn.time, user(outputRecord(text, `${of}-${label === 'stderr' ? 'stderr' : 'stdout'}`)));

const addInterrupt = (chain: Chain, turn: Turn): void =>
  add(chain, 'user', turn.ended, user([{ type: 'text', text: '[Request interrupted by user]' }]));

/** One text alone is a string, as the client writes it. */
function contentOf(parts: readonly Part[], blocks = false): Json {
  const [first] = parts;
  if (!blocks && parts.length === 1 && first?.kind === 'text') return first.text;
  return parts.flatMap((part): Json[] =>
    part.kind === 'attachment' ? [attachmentBlock(part)] : 'text' in part ? [{ type: 'text', text: part.text }] : [],
  );
}

function attachmentBlock({ media, data }: AttachmentPart): Json {
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
  return { type: media.startsWith('image/') ? 'image' : 'document', source: { type: 'base64', media_type: media, data: base64 } };
}

/** Adds what stands before an answer with which a thread begins. */
export function addOpening(chain: Chain, turn: Turn): void {
  add(chain, 'user', turn.time, { ...user([{ type: 'text', text: opening }]), isMeta: true });
}

/** Adds the records of an assistant turn that was arranged; its first one has the id that is marked with the turn. */
export function addAssistant(chain: Chain, turn: Turn, { stop, steps }: Arranged): void {
  let opener: string | undefined = chain.target.ids.forTurn(turn.id, 'assistant');
  for (const [index, { parts }] of steps.entries()) {
    const blocks = parts.filter((part) => part.kind === 'text' || part.kind === 'tool-call');
    const id = `msg_${chain.target.ids.fresh().replaceAll('-', '')}`;
    const last = index === steps.length - 1;
    const reason = last ? stopReason(stop) : 'tool_use';
    for (const part of blocks) {
      add(chain, 'assistant', last ? turn.ended : turn.time, { message: message(turn, id, blockOf(part), reason) }, opener);
      opener = undefined;
    }
    for (const part of parts) if (part.kind === 'tool-call') addResult(chain, turn, part, parts);
    for (const part of parts) addAside(chain, turn, part);
  }
  if (stop === 'interrupted') addInterrupt(chain, turn);
}

const reasons: Record<string, string> = { end: 'end_turn', length: 'max_tokens', refusal: 'refusal' };
const stopReason = (stop: string | undefined): string | null => reasons[stop ?? ''] ?? null;

/** `<synthetic>` would stand for a failure. */
const modelName = (model = ''): string => (model === '' || model === '<synthetic>' ? 'unknown' : wellFormed(model));

/** The envelope of the service's answer; the client counts the context by `usage`, and what another model was sent does not count. */
function message({ model }: Turn, id: string, block: JsonObject, stop_reason: string | null): JsonObject {
  const usage = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };
  return { id, type: 'message', role: 'assistant', model: modelName(model), content: [block], stop_reason, stop_sequence: null, usage };
}

function blockOf(part: Part): JsonObject {
  if (part.kind === 'tool-call') return { type: 'tool_use', id: part.call, name: part.name, input: part.input };
  return { type: 'text', text: 'text' in part ? part.text : '' };
}

function addResult(chain: Chain, turn: Turn, { call, result }: ToolCallPart, parts: Part[]): void {
  if (!result) return;
  const behind = (kind: Part['kind']) => parts.filter((part) => part.kind === kind && 'call' in part && part.call === call);
  const content = resultContent(chain, result);
  const block = { type: 'tool_result', tool_use_id: call, content, ...(result.status === 'ok' ? {} : { is_error: true }) };
  const remarks = behind('remark').map((part) => ({ type: 'text', text: 'text' in part ? part.text : '' }));
  add(chain, 'user', turn.time, {
    ...user([block, ...remarks]),
    ...(result.status === 'rejected' ? { toolDenialKind: 'user-rejected' } : {}),
  });
  for (const part of behind('expansion')) {
    add(chain, 'user', turn.time, { ...user(contentOf([part], true)), isMeta: true, sourceToolUseID: call });
  }
}

/** Adds a result for a call of records that are kept as they are. */
export function addStated(chain: Chain, turn: Turn, call: string): void {
  addResult(chain, turn, { kind: 'tool-call', call, name: '', input: null, result: statedResult }, []);
}

function resultContent(chain: Chain, { content }: ToolResult): Json {
  const [first] = content;
  if (content.length === 1 && first?.kind === 'text') return first.text.length < spillsFrom ? first.text : spill(chain, first.text);
  return content.flatMap((item): Json[] =>
    item.kind === 'text' ? [{ type: 'text', text: item.text }] : item.kind === 'attachment' ? [attachmentBlock(item)] : [],
  );
}

/** Puts a long result into a file beside the transcript, as the client does, and returns what the model sees of it. */
function spill(chain: Chain, text: string): string {
  const path = `${sessionFolder(chain.target)}/tool-results/${chain.target.ids.fresh()}.txt`;
  const bytes = Buffer.from(text);
  chain.beside.push({ path, bytes });
  const place = `Output too large (${sizeText(bytes.length)}). Full output saved to: ${absolute(chain.target, path)}`;
  return `<persisted-output>\n${place}\n\nPreview (first 2KB):\n${text.slice(0, shown).replace(/[\ud800-\udbff]$/, '')}\n...\n</persisted-output>`;
}

function addAside(chain: Chain, turn: Turn, part: Part): void {
  if (part.kind === 'prompt') {
    const attachment = { type: 'queued_command', prompt: part.text, commandMode: 'prompt', origin: { kind: 'human' } };
    add(chain, 'attachment', turn.ended, { attachment });
  } else if (part.kind === 'context' || part.kind === 'attachment') {
    add(chain, 'user', turn.ended, { ...user(contentOf([part], true)), isMeta: true });
  }
}
