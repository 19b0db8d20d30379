import type { Chat, ChatBlock, ChatImage, ChatMessage } from './chat.ts';

type Content = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } };

/** A message of OpenAI's chat completions. */
export type OpenAiMessage =
  | { role: 'user'; content: string | Content[] }
  | { role: 'assistant'; content: string | null; tool_calls?: OpenAiCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

interface OpenAiCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** Returns a chat as messages of OpenAI's chat completions (the API reference of `messages`); images of results follow them as the user's. */
export function openAiMessages({ messages }: Chat): OpenAiMessage[] {
  return messages.flatMap((message) => (message.role === 'assistant' ? [answer(message)] : prompts(message)));
}

function answer({ blocks }: ChatMessage): OpenAiMessage {
  const text = textOf(blocks);
  const calls = blocks.flatMap((block): OpenAiCall[] => {
    if (block.kind !== 'call') return [];
    return [{ id: block.id, type: 'function', function: { name: block.name, arguments: JSON.stringify(block.input) } }];
  });
  return { role: 'assistant', content: text === '' ? null : text, ...(calls.length > 0 && { tool_calls: calls }) };
}

function prompts({ blocks }: ChatMessage): OpenAiMessage[] {
  const results = blocks.flatMap((block): OpenAiMessage[] => {
    if (block.kind !== 'result') return [];
    return [{ role: 'tool', tool_call_id: block.id, content: textOf(block.content) || '(no output)' }];
  });
  const images = blocks.flatMap((block) =>
    block.kind === 'result' ? block.content.filter((one) => one.kind === 'image') : block.kind === 'image' ? [block] : [],
  );
  const text = textOf(blocks);
  if (images.length > 0)
    return [...results, { role: 'user', content: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...images.map(imageOf)] }];
  return text === '' ? results : [...results, { role: 'user', content: text }];
}

const textOf = (blocks: readonly ChatBlock[]): string =>
  blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join('\n\n');

const imageOf = ({ media, data }: ChatImage): Content => ({
  type: 'image_url',
  image_url: { url: `data:${media};base64,${Buffer.from(data).toString('base64')}` },
});
