// The plain form in which a client's request and an imported thread are compared: who said what, which calls, with which results.
import type { Json } from '../../src/model/json.ts';

export interface Call {
  id: string;
  name: string;
  input: Json;
  /** Texts and image tokens, in order; absent while there is no result. */
  result?: string[];
  /** Absent where the source of this form does not tell. */
  ok?: boolean;
}

/** One message of the model, or all that the person's side said between two of them. */
export interface Message {
  role: 'user' | 'assistant';
  /** What the role itself said: compared one by one. */
  said: string[];
  thinking: string[];
  calls: Call[];
  /** The person stopped the model behind this message. */
  interrupted?: boolean;
}

export interface Conversation {
  messages: Message[];
  /** Text that the harness wrote into the conversation: each must stand somewhere in the imported thread, wherever it is folded. */
  folded: string[];
  /** Set when the client sent a summary for all that came before `messages`. */
  summary?: string;
  /** What the client sent as it was before the summary. */
  before?: Message[];
  /** Prompts that the client sent again beside the summary. */
  kept?: string[];
  /** What was left out by nature, each kind once: told in the report, so that nothing is left out silently. */
  leftOut: Set<string>;
}

export const message = (role: Message['role']): Message => ({ role, said: [], thinking: [], calls: [] });

/** Returns an image as the token that stands for it in `said`, `folded` and results. */
export const imageToken = (media: string, base64: string): string => `[image ${media} ${base64.length} ${base64.slice(-16)}]`;

/** Returns the messages without empty ones, adjacent ones of the person joined. */
export function tidy(messages: Message[]): Message[] {
  const tidied: Message[] = [];
  for (const one of messages) {
    const last = tidied.at(-1);
    if (one.interrupted && last && isEmpty(one)) last.interrupted = true;
    if (isEmpty(one)) continue;
    if (last?.role === 'user' && one.role === 'user') last.said.push(...one.said);
    else tidied.push({ ...one, said: [...one.said] });
  }
  return tidied;
}

const isEmpty = (one: Message) => one.said.length === 0 && one.thinking.length === 0 && one.calls.length === 0;

/** Returns the text without terminal colours and outer white space. */
export const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '').trim();

/** Stands in `said` for a notice of the harness that the model answers like a prompt. */
export const noticeToken = '(notice)';
