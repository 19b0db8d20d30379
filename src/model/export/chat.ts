import { type ImageType, imageType } from '../image.ts';
import type { Json } from '../json.ts';
import { headlineOf } from '../page/call-view.ts';
import type { AttachmentPart, Part, Role, ToolCallPart, ToolResult, Turn } from '../turn.ts';

/** What a message of a chat is made of. */
export type ChatBlock =
  | { kind: 'text'; text: string }
  | { kind: 'image'; media: ImageType; data: Uint8Array }
  | { kind: 'call'; id: string; name: string; input: Json }
  | { kind: 'result'; id: string; failed: boolean; content: (ChatText | ChatImage)[] };

export type ChatText = Extract<ChatBlock, { kind: 'text' }>;
export type ChatImage = Extract<ChatBlock, { kind: 'image' }>;

export interface ChatMessage {
  role: Role;
  /** Never empty; results come first. */
  blocks: ChatBlock[];
}

/** Kinds of text that a chat carries: what a person or the model said, and what commands of a person's printed. */
const carried: ReadonlySet<Part['kind']> = new Set(['text', 'prompt', 'remark', 'command', 'output', 'expansion']);
/** Characters of an image in base64 that Anthropic's interface takes at most; OpenAI's takes more. */
const largestImage = 5 << 20;

/** What a chat does not carry as it was. */
export interface ChatLoss {
  component: string;
  kept: 'flattened' | 'dropped';
  count: number;
  /** In the user's words. */
  why: string;
}

export interface Chat {
  messages: ChatMessage[];
  losses: ChatLoss[];
}

const losses = {
  thinking: { component: 'thinking', kept: 'dropped', why: 'what a model thought is signed for the message as it was' },
  context: { component: 'context', kept: 'dropped', why: 'a chat has no place for what a tool added, and for errors' },
  unanswered: { component: 'tool calls', kept: 'flattened', why: 'no result was recorded, told as text' },
  stray: { component: 'results', kept: 'flattened', why: 'their call is not told, told as text' },
  file: {
    component: 'images',
    kept: 'flattened',
    why: 'only PNG, JPEG, GIF and WebP up to 5 MB in prompts and results are taken, the others are named',
  },
  unknown: { component: 'unknown records', kept: 'dropped', why: 'no chat knows them' },
} as const satisfies Record<string, Omit<ChatLoss, 'count'>>;
type Loss = keyof typeof losses;

/**
 * Returns a thread as messages that keep the rules of chat interfaces: roles take turns, the user begins, no text is empty, every call has an
 * id of its own and its result in the very next message, and no result is without its call. A call without a result and a result without a
 * call are told as text. Thinking, what a harness added, and errors are left out.
 */
export function chatOf(turns: readonly Turn[]): Chat {
  const chat = new ChatWriter();
  for (const turn of turns) for (const { parts } of turn.steps) chat.step(turn.role, parts);
  return { messages: chat.messages, losses: [...chat.lost].map(([loss, count]) => ({ ...losses[loss], count })) };
}

class ChatWriter {
  readonly messages: ChatMessage[] = [];
  readonly lost = new Map<Loss, number>();
  private readonly ids = new Set<string>();

  /** A message of the model: its texts, its calls; behind it their results, and what a person said meanwhile. */
  step(role: Role, parts: readonly Part[]): void {
    const said: ChatBlock[] = [];
    const calls: ChatBlock[] = [];
    const results: ChatBlock[] = [];
    const meanwhile: ChatBlock[] = [];
    for (const part of parts) {
      const isPerson = role === 'assistant' && (part.kind === 'prompt' || part.kind === 'remark');
      if (part.kind === 'tool-call' && part.result && role === 'assistant') this.called(part, part.result, calls, results);
      else if (part.kind === 'tool-call') said.push(this.flattened('unanswered', untold(part)));
      else if (part.kind === 'tool-result') said.push(this.flattened('stray', strayText(part.result)));
      else if (part.kind === 'attachment') said.push(this.file(part, role === 'user'));
      else if (carried.has(part.kind) && 'text' in part) (isPerson ? meanwhile : said).push(...textBlocks(part.text));
      else this.lose(part.kind === 'thinking' || part.kind === 'unknown' ? part.kind : 'context');
    }
    this.add(role, [...said, ...calls]);
    this.add('user', [...results, ...meanwhile]);
  }

  private called({ call, name, input }: ToolCallPart, result: ToolResult, calls: ChatBlock[], results: ChatBlock[]): void {
    const id = this.idFor(call);
    calls.push({ kind: 'call', id, name: name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || '_', input });
    results.push({ kind: 'result', id, failed: result.status !== 'ok', content: this.contentOf(result) });
  }

  private contentOf({ content }: ToolResult): (ChatText | ChatImage)[] {
    return content.flatMap((one) => {
      if (one.kind === 'text') return textBlocks(one.text);
      return one.kind === 'attachment' ? [this.file(one, true)] : textBlocks(JSON.stringify(one.value));
    });
  }

  private file({ name, media, data }: AttachmentPart, fits: boolean): ChatText | ChatImage {
    const type = fits && data.length * 4 <= largestImage * 3 ? imageType(data) : undefined;
    if (type) return { kind: 'image', media: type, data };
    return this.flattened('file', `[File ${[name, media].filter((word) => word !== undefined).join(', ')} left out]`);
  }

  private flattened(loss: Loss, text: string): ChatText {
    this.lose(loss);
    return { kind: 'text', text };
  }

  private lose(loss: Loss): void {
    this.lost.set(loss, (this.lost.get(loss) ?? 0) + 1);
  }

  /** Ids are unique, and of the form that both makers take. */
  private idFor(call: string): string {
    const plain = call.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 32) || 'call';
    let id = plain;
    for (let n = 2; this.ids.has(id); n += 1) id = `${plain}_${n}`;
    this.ids.add(id);
    return id;
  }

  private add(role: Role, blocks: ChatBlock[]): void {
    if (blocks.length === 0) return;
    const last = this.messages.at(-1);
    if (!last && role === 'assistant')
      this.messages.push({ role: 'user', blocks: [{ kind: 'text', text: '[It begins with an answer.]' }] });
    if (last?.role === role) last.blocks.push(...blocks);
    else this.messages.push({ role, blocks });
  }
}

function textBlocks(text: string): ChatText[] {
  return text.trim() === '' ? [] : [{ kind: 'text', text: text.trimEnd() }];
}

const untold = ({ name, input }: ToolCallPart): string =>
  `[Called ${name} ${headlineOf(input)}: no result was recorded]`.replace(' :', ':');

function strayText({ content }: ToolResult): string {
  const texts = content.flatMap((one) => (one.kind === 'text' ? [one.text.trim()] : []));
  return `[Result of a call that is not told]\n${texts.join('\n')}`.trimEnd();
}
