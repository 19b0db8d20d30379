import type { AttachmentPart, Part, Step, ToolCallPart, Turn } from '../../src/model/turn.ts';
import { type Call, type Conversation, imageToken, type Message, message, noticeToken, plain, tidy } from './conversation.ts';

/** Returns an imported thread in the plain form: from its last compaction on, or (`whole`) from its root. */
export function saidInThread(turns: Turn[], whole = false): Conversation & { earlier: Message[] } {
  const cut = whole ? -1 : turns.findLastIndex((turn) => turn.kind === 'compaction');
  const summary = cut < 0 ? undefined : turns[cut];
  const { messages, folded } = read(turns.slice(Math.max(cut, 0)));
  const past = read(turns.slice(0, Math.max(cut, 0)));
  return {
    messages,
    earlier: past.messages,
    folded,
    leftOut: new Set(),
    ...(summary ? { summary: textsOf(summary.steps).join('\n') } : {}),
  };
}

function read(turns: Turn[]): { messages: Message[]; folded: string[] } {
  const messages: Message[] = [];
  for (const turn of turns) {
    for (const step of turn.steps) readStep(messages, turn, step);
    if (turn.stop === 'interrupted') messages.push({ ...message('assistant'), interrupted: true });
  }
  return { messages: tidy(messages), folded: turns.flatMap((turn) => textsOf(turn.steps)) };
}

/** What the model was told by the person's side, also in the middle of its turn. */
const asUser: ReadonlySet<Part['kind']> = new Set(['prompt', 'remark', 'expansion']);

function readStep(messages: Message[], turn: Turn, step: Step): void {
  let one = message(turn.role);
  messages.push(one);
  const start = (role: Message['role']) => {
    one = message(role);
    messages.push(one);
  };
  if (turn.kind === 'notice') one.said.push(noticeToken);
  for (const part of step.parts) {
    const text = 'text' in part ? plain(part.text) : '';
    if (part.kind === 'text' && turn.kind !== 'notice' && turn.kind !== 'compaction') one.said.push(text);
    else if (part.kind === 'thinking') one.thinking.push(part.text);
    else if (part.kind === 'command') one.said.push(turn.kind === 'shell' ? `! ${text.replace(/^!\s*/, '')}` : text);
    else if (part.kind === 'tool-call') one.calls.push(callOf(part));
    else if (asUser.has(part.kind)) {
      if (turn.role === 'assistant') start('user');
      one.said.push(text);
      if (turn.role === 'assistant') start('assistant');
    }
  }
}

function callOf({ call, name, input, result }: ToolCallPart): Call {
  const told: Call = { id: call, name, input };
  if (result === undefined) return told;
  const content = result.content.map((part) => (part.kind === 'text' ? plain(part.text) : contentToken(part)));
  return { ...told, result: content, ok: result.status === 'ok' };
}

const contentToken = (part: Part): string => (part.kind === 'attachment' ? attachmentToken(part) : JSON.stringify(part));

function attachmentToken({ media, data }: AttachmentPart): string {
  if (media.startsWith('text/')) return plain(Buffer.from(data).toString('utf8'));
  return imageToken(media, Buffer.from(data).toString('base64'));
}

/** Returns everything that stands in steps, said or folded, for the question whether a text is there at all. */
export function textsOf(steps: Step[]): string[] {
  return steps.flatMap((step) => step.parts).map((part) => ('text' in part ? plain(part.text) : contentToken(part)));
}
