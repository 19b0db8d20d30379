import type { Json } from '../json.ts';
import type { Role } from '../turn.ts';
import type { Chat, ChatBlock, ChatImage, ChatText } from './chat.ts';

type Text = { type: 'text'; text: string };
type Image = { type: 'image'; source: { type: 'base64'; media_type: string; data: string } };

/** A block of a message of Anthropic's. */
export type AnthropicBlock =
  | Text
  | Image
  | { type: 'tool_use'; id: string; name: string; input: { [key: string]: Json } }
  | { type: 'tool_result'; tool_use_id: string; content?: (Text | Image)[]; is_error?: true };

export interface AnthropicMessage {
  role: Role;
  content: AnthropicBlock[];
}

/** Returns a chat as messages of Anthropic's Messages API; the input of a call is always an object there. */
export function anthropicMessages({ messages }: Chat): AnthropicMessage[] {
  return messages.map(({ role, blocks }) => ({ role, content: blocks.map(blockOf) }));
}

function blockOf(block: ChatBlock): AnthropicBlock {
  if (block.kind === 'text' || block.kind === 'image') return plain(block);
  if (block.kind === 'call') return { type: 'tool_use', id: block.id, name: block.name, input: fields(block.input) };
  const content = block.content.map(plain);
  return { type: 'tool_result', tool_use_id: block.id, ...(content.length > 0 && { content }), ...(block.failed && { is_error: true }) };
}

const fields = (input: Json): { [key: string]: Json } =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { input };

function plain(block: ChatText | ChatImage): Text | Image {
  if (block.kind === 'text') return { type: 'text', text: block.text };
  return { type: 'image', source: { type: 'base64', media_type: block.media, data: Buffer.from(block.data).toString('base64') } };
}
