import type { ServerResponse } from 'node:http';
import { type Body, list, stringOf } from './body.ts';
import { sendJson, startStream } from './http.ts';
import type { Block, Reply, Said } from './script.ts';

/** Returns who said what in an OpenAI Responses request: successive items of the model count as one message. */
export function saidInInput(body: Body): Said[] {
  const said: Said[] = [];
  let ofModel = false;
  for (const item of list(body.input)) {
    const type = stringOf(item.type);
    const fromModel = type === 'reasoning' || type.endsWith('_call') || (type === 'message' && item.role === 'assistant');
    if (fromModel && !ofModel) said.push({ role: 'assistant', text: '' });
    if (!fromModel && !type.endsWith('_output')) said.push({ role: 'user', text: textOf(item) });
    ofModel = fromModel;
  }
  return said;
}

const textOf = (item: Body): string =>
  list(item.content)
    .map((part) => stringOf(part.text) || stringOf(part.encrypted_content))
    .join('\n');

/** Answers an OpenAI Responses request as a stream. `seq` makes the ids of the reply. */
export async function answerResponses(response: ServerResponse, reply: Reply, seq: number): Promise<void> {
  if (reply.status !== undefined) {
    await reply.hold;
    return sendJson(response, { error: { type: 'server_error', message: 'the stand-in fails here' } }, reply.status);
  }
  const items = reply.blocks.map((block, index) => nativeItem(block, `standin${seq}x${index}`));
  const send = startStream(response);
  const base = { id: `resp_standin${seq}`, object: 'response' };
  send('response.created', { response: { ...base, status: 'in_progress', output: [] } });
  for (const [output_index, item] of items.entries()) {
    if (output_index === (reply.after ?? 0)) await reply.hold;
    send('response.output_item.added', { output_index, item: { ...item, status: 'in_progress' } });
    send('response.output_item.done', { output_index, item });
  }
  if ((reply.after ?? 0) >= items.length) await reply.hold;
  const input = reply.inputTokens ?? 10;
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + 7,
  };
  send('response.completed', { response: { ...base, status: 'completed', output: items, usage } });
  response.end();
}

function nativeItem(block: Block, id: string): Body {
  const status = 'completed';
  if ('text' in block) {
    return {
      type: 'message',
      id: `msg_${id}`,
      role: 'assistant',
      status,
      content: [{ type: 'output_text', text: block.text, annotations: [] }],
    };
  }
  if ('thinking' in block) {
    return {
      type: 'reasoning',
      id: `rs_${id}`,
      summary: [{ type: 'summary_text', text: block.thinking }],
      encrypted_content: 'c3RhbmQtaW4=',
    };
  }
  if ('custom' in block) {
    return { type: 'custom_tool_call', id: `ctc_${id}`, call_id: `call_${id}`, name: block.custom, input: block.input, status };
  }
  const call = {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    name: block.tool,
    arguments: JSON.stringify(block.input),
    status,
  };
  return block.namespace === undefined ? call : { ...call, namespace: block.namespace };
}
