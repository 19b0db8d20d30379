import type { Json } from '../../src/model/json.ts';
import { type Body, isBody, list, stringOf } from './body.ts';
import { type Conversation, imageToken, type Message, message, noticeToken, plain, tidy } from './conversation.ts';

const tag = (name: string) => new RegExp(`<${name}>([\\s\\S]*?)</${name}>`);
/** A prompt typed while the model worked; the last paragraph is the client's. */
const queued = /^The user sent a new message while you were working:\n([\s\S]*)\n\n.*$/;

/** Returns what a request of Claude Code to its model says (Anthropic Messages). */
export function sentByClaude(body: Body): Conversation {
  const sent: Conversation = { messages: [], folded: [], leftOut: new Set(['system prompt and tools']) };
  for (const native of list(body.messages)) {
    if (native.role === 'assistant') sent.messages.push(ofModel(native));
    else if (native.role === 'system') readSystem(sent, textsOf(native.content));
    else readUser(sent, native.content);
  }
  dropFiller(sent);
  return { ...sent, messages: tidy(sent.messages) };
}

function ofModel(native: Body): Message {
  const one = message('assistant');
  for (const block of blocksOf(native.content)) {
    if (block.type === 'text') one.said.push(plain(stringOf(block.text)));
    if (block.type === 'thinking') one.thinking.push(stringOf(block.thinking));
    if (block.type === 'tool_use') one.calls.push({ id: stringOf(block.id), name: stringOf(block.name), input: block.input ?? null });
  }
  return one;
}

function readUser(sent: Conversation, content: Json | undefined): void {
  const one = message('user');
  sent.messages.push(one);
  for (const block of blocksOf(content)) {
    if (block.type === 'tool_result') readResult(sent, block);
    else if (block.type === 'image') sent.folded.push(image(block));
    else readText(sent, one, stringOf(block.text));
  }
}

function readResult(sent: Conversation, block: Body): void {
  const call = sent.messages.flatMap((one) => one.calls).find((one) => one.id === block.tool_use_id);
  if (call === undefined) throw new Error(`a result without a call: ${JSON.stringify(block).slice(0, 200)}`);
  call.result = blocksOf(block.content).map((part) => (part.type === 'image' ? image(part) : plain(stringOf(part.text))));
  call.ok = block.is_error !== true;
}

function image(block: Body): string {
  const source = isBody(block.source) ? block.source : {};
  return imageToken(stringOf(source.media_type), stringOf(source.data));
}

type Rule = [RegExp, (sent: Conversation, one: Message, match: RegExpExecArray) => void];

const fold = (sent: Conversation, _: Message, [, text = '']: RegExpExecArray) => sent.folded.push(plain(text));

function notice(sent: Conversation, one: Message, match: RegExpExecArray): void {
  one.said.push(noticeToken);
  fold(sent, one, match);
}

/** What a text of the person's side is besides something said: a command, text of the harness, or something left out by nature. */
const rules: Rule[] = [
  [/<task-notification>[\s\S]*<summary>([\s\S]*?)<\/summary>/, notice],
  [/^<system-reminder>/, (sent) => sent.leftOut.add('reminders')],
  [/^<local-command-caveat>/, (sent) => sent.leftOut.add('caveats of local commands')],
  [/^(?:This session is being continued from a previous conversation|Another language model)[\s\S]*/, startAgain],
  [/^\[Request interrupted by user/, interrupted],
  [/^(Stop hook feedback:[\s\S]*)/, fold],
  [
    /<command-name>(.*)<\/command-name>[\s\S]*<command-args>([\s\S]*)<\/command-args>/,
    (_, one, [, name, words]) => one.said.push(plain(`${name} ${words}`)),
  ],
  [queued, (_, one, [, prompt = '']) => one.said.push(plain(prompt))],
  [tag('bash-input'), (_, one, [, command = '']) => one.said.push(`! ${plain(command)}`)],
  [tag('local-command-stdout'), fold],
  [tag('bash-stdout'), fold],
];

function readText(sent: Conversation, one: Message, text: string): void {
  for (const [shape, act] of rules) {
    const match = shape.exec(text);
    if (match !== null) {
      act(sent, one, match);
      return;
    }
  }
  one.said.push(plain(text));
}

/** The client sends a summary instead of what was said, behind what it keeps of the beginning ("Summarize from here"). */
function startAgain(sent: Conversation, one: Message, [text]: RegExpExecArray): void {
  sent.summary = plain(text);
  sent.before = tidy(sent.messages);
  one.said = [];
  sent.messages = [one];
}

function interrupted(sent: Conversation): void {
  const last = sent.messages.findLast((one) => one.role === 'assistant');
  if (last) last.interrupted = true;
}

/** Messages of the role "system" amid the others: a queued prompt, a hook's words, listings. */
function readSystem(sent: Conversation, texts: string[]): void {
  for (const text of texts) {
    const prompt = queued.exec(text)?.[1];
    if (prompt !== undefined) sent.messages.push({ ...message('user'), said: [plain(prompt)] });
    const hook = /hook success: (.*)/.exec(text)?.[1];
    if (hook !== undefined) sent.folded.push(plain(hook));
    else if (prompt === undefined) sent.leftOut.add('listings in messages of the role system');
  }
}

/** What the client adds by itself when it resumes after a failure: no turn by design (turns.md 1). */
function dropFiller(sent: Conversation): void {
  const at = sent.messages.findIndex((one) => one.role === 'assistant' && one.said.join() === 'No response requested.');
  if (at < 1) return;
  const before = sent.messages[at - 1];
  if (before?.said.at(-1) === 'Continue from where you left off.') before.said.pop();
  sent.messages.splice(at, 1);
  sent.leftOut.add('the filler of a resume after a failure');
}

const blocksOf = (content: Json | undefined): Body[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : list(content));
const textsOf = (content: Json | undefined): string[] => blocksOf(content).map((block) => stringOf(block.text));
