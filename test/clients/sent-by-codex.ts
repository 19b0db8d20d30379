import type { Json } from '../../src/model/json.ts';
import { type Body, list, stringOf } from './body.ts';
import { type Conversation, imageToken, type Message, message, plain, tidy } from './conversation.ts';

/** Returns what a request of Codex to its model says (OpenAI Responses). */
export function sentByCodex(body: Body): Conversation {
  const sent: Conversation = { messages: [], folded: [], leftOut: new Set(['system prompt and tools']) };
  let open = false;
  for (const item of list(body.input)) {
    const type = stringOf(item.type);
    const ofModel = type === 'reasoning' || type.endsWith('_call') || (type === 'message' && item.role === 'assistant');
    if (ofModel) {
      if (!open) sent.messages.push(message('assistant'));
      readModelItem(sent.messages.at(-1) ?? message('assistant'), item);
    } else if (type.endsWith('_output')) readResult(sent, item);
    else if (type === 'agent_message') sent.folded.push(...textsOf(item.content));
    else if (item.role === 'user') readUser(sent, item);
    else sent.leftOut.add(`messages of the role ${stringOf(item.role)}`);
    open = ofModel;
  }
  return { ...sent, messages: tidy(sent.messages) };
}

function readModelItem(one: Message, item: Body): void {
  if (item.type === 'reasoning') one.thinking.push(...textsOf(item.summary));
  else if (item.type === 'message') one.said.push(...textsOf(item.content));
  else one.calls.push({ id: stringOf(item.call_id), name: nameOf(item), input: input(item) });
}

/** The name of a tool with its namespace in front. */
const nameOf = ({ namespace, name }: Body) => (typeof namespace === 'string' ? `${namespace}.${stringOf(name)}` : stringOf(name));

/** The arguments of a call as a value; a freeform input as the text that it is. */
function input(item: Body): Json {
  if (typeof item.arguments !== 'string') return item.input ?? null;
  const value: Json = JSON.parse(item.arguments);
  return value;
}

function readResult(sent: Conversation, item: Body): void {
  const call = sent.messages.flatMap((one) => one.calls).find((one) => one.id === item.call_id);
  if (call === undefined) throw new Error(`a result without a call: ${JSON.stringify(item).slice(0, 200)}`);
  call.result = typeof item.output === 'string' ? [plain(item.output)] : list(item.output).map(partOf);
}

function partOf(part: Body): string {
  const url = /^data:([^;]+);base64,(.*)$/.exec(stringOf(part.image_url));
  return url ? imageToken(url[1] ?? '', url[2] ?? '') : plain(stringOf(part.text));
}

function readUser(sent: Conversation, item: Body): void {
  const one = message('user');
  sent.messages.push(one);
  for (const part of list(item.content)) {
    if (part.type === 'input_image') sent.folded.push(partOf(part));
    else readText(sent, one, plain(stringOf(part.text)));
  }
}

type Rule = [RegExp, (sent: Conversation, one: Message, match: RegExpExecArray) => void];

/** What a text of the role user is besides something said. */
const rules: Rule[] = [
  [
    /^<(environment_context|user_instructions|permissions|skills_instructions|image\b|\/image)/,
    (sent) => sent.leftOut.add('injected context'),
  ],
  [/^<turn_aborted>/, interrupted],
  [/^(?:Another language model started to solve this problem|This session is being continued)[\s\S]*/, startAgain],
  [/^<subagent_notification>/, (sent) => sent.leftOut.add('notices of sub-agents (their result stands in the call)')],
  [/^<user_shell_command>\s*<command>\n?([\s\S]*?)\n?<\/command>[\s\S]*Output:\n([\s\S]*?)\s*<\/result>/, shellLine],
];

function readText(sent: Conversation, one: Message, text: string): void {
  for (const [shape, act] of rules) {
    const match = shape.exec(text);
    if (match !== null) {
      act(sent, one, match);
      return;
    }
  }
  one.said.push(text);
}

function shellLine(sent: Conversation, one: Message, [, command, output]: RegExpExecArray): void {
  one.said.push(`! ${plain(command ?? '')}`);
  sent.folded.push(plain(output ?? ''));
}

function interrupted(sent: Conversation): void {
  const last = sent.messages.findLast((one) => one.role === 'assistant');
  if (last) last.interrupted = true;
}

/** Codex sends the earlier prompts and a summary instead of what was before. */
function startAgain(sent: Conversation, _: Message, [text]: RegExpExecArray): void {
  sent.kept = sent.messages.flatMap((one) => one.said);
  sent.summary = text;
  sent.messages = [message('user')];
  sent.leftOut.add('answers and calls before a compaction');
}

const textsOf = (value: Json | undefined): string[] => list(value).map((part) => plain(stringOf(part.text)));
