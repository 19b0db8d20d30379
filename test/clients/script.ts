import type { Json } from '../../src/model/json.ts';
import type { Body } from './body.ts';

/** One block of a reply of the stand-in model. `custom` is a freeform tool call (Codex: apply_patch). */
export type Block =
  | { text: string }
  | { thinking: string }
  | { tool: string; input: Json; namespace?: string }
  | { custom: string; input: string };

export interface Reply {
  blocks: Block[];
  /** The reply is sent only when this settles: a model that is still at work. With `after`, that many blocks are sent before. */
  hold?: Promise<void>;
  after?: number;
  /** HTTP status of a failing model; the blocks are not sent. */
  status?: number;
  /** Input tokens to report, to make a client compact by itself. */
  inputTokens?: number;
}

/** What the model answers, step by step, after a prompt that holds the key. */
export type Script = Record<string, Scripted[]>;

/** A reply, or what makes one from the request (an id that the client gave is in it). */
export type Scripted = Reply | ((body: Body) => Reply);

/** One message of a request as far as the script needs it. */
export interface Said {
  role: 'user' | 'assistant';
  text: string;
}

/** Returns the place of the reply to a request: the key that was said last and how often the model has answered since. */
export function place(said: Said[], keys: string[]): { key: string; step: number } | undefined {
  for (let index = said.length - 1; index >= 0; index--) {
    const message = said[index];
    if (message?.role !== 'user') continue;
    const key = lastKey(message.text, keys);
    if (key === undefined) continue;
    return { key, step: said.slice(index + 1).filter((later) => later.role === 'assistant').length };
  }
  return undefined;
}

function lastKey(text: string, keys: string[]): string | undefined {
  const found = keys.map((key) => ({ key, at: text.lastIndexOf(key.replace(/^side: /, '')) })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => b.at - a.at)[0]?.key;
}

export const reply = (...blocks: Block[]): Reply => ({ blocks });
export const text = (value: string): Block => ({ text: value });
export const thinking = (value: string): Block => ({ thinking: value });
export const tool = (name: string, input: Json): Block => ({ tool: name, input });
