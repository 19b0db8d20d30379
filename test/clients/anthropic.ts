import type { ServerResponse } from 'node:http';
import type { Json } from '../../src/model/json.ts';
import { type Body, isBody, list, stringOf } from './body.ts';
import { type Sender, sendJson, startStream } from './http.ts';
import type { Block, Reply, Said } from './script.ts';

/** Returns who said what in an Anthropic Messages request. */
export function saidInMessages(body: Body): Said[] {
  return list(body.messages).map((message) => ({
    role: message.role === 'assistant' ? 'assistant' : 'user',
    text: textOf(message.content),
  }));
}

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map((block) => (block.type === 'tool_result' ? '' : stringOf(block.text)))
    .join('\n');
}

/** Answers an Anthropic Messages request, streamed when it asks so. `seq` makes the ids of the reply. */
export async function answerMessages(body: Body, response: ServerResponse, reply: Reply, seq: number): Promise<void> {
  if (reply.status !== undefined) {
    await reply.hold;
    return sendJson(response, { type: 'error', error: { type: 'api_error', message: 'the stand-in fails here' } }, reply.status);
  }
  const blocks = reply.blocks.map((block, index) => nativeBlock(block, `toolu_standin${seq}x${index}`));
  const called = blocks.some((block) => block.type === 'tool_use');
  const stop = called ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: reply.inputTokens ?? 10, output_tokens: 1 };
  const head = {
    id: `msg_standin${seq}`,
    type: 'message',
    role: 'assistant',
    model: body.model ?? '',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  if (body.stream !== true) {
    await reply.hold;
    return sendJson(response, { ...head, content: blocks, stop_reason: stop, usage: { ...usage, output_tokens: 7 } });
  }
  const send = startStream(response);
  send('message_start', { message: head });
  for (const [index, block] of blocks.entries()) {
    if (index === (reply.after ?? 0)) await reply.hold;
    streamBlock(send, index, block);
  }
  if ((reply.after ?? 0) >= blocks.length) await reply.hold;
  send('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 7 } });
  send('message_stop', {});
  response.end();
}

function nativeBlock(block: Block, id: string): Body {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('thinking' in block) return { type: 'thinking', thinking: block.thinking, signature: 'c3RhbmQtaW4=' };
  if ('tool' in block) return { type: 'tool_use', id, name: block.tool, input: block.input };
  throw new Error(`this protocol has no freeform tool call: ${block.custom}`);
}

function streamBlock(send: Sender, index: number, block: Body): void {
  const delta = (value: Body) => send('content_block_delta', { index, delta: value });
  const start = (value: Body) => send('content_block_start', { index, content_block: value });
  if (block.type === 'text') {
    start({ type: 'text', text: '' });
    delta({ type: 'text_delta', text: stringOf(block.text) });
  } else if (block.type === 'thinking') {
    start({ type: 'thinking', thinking: '', signature: '' });
    delta({ type: 'thinking_delta', thinking: stringOf(block.thinking) });
    delta({ type: 'signature_delta', signature: stringOf(block.signature) });
  } else {
    start({ ...block, input: {} });
    const input = block.input;
    delta({ type: 'input_json_delta', partial_json: JSON.stringify(isBody(input) ? input : {}) });
  }
  send('content_block_stop', { index });
}
