// What the services refuse, looked for in a request: a client that sends it would get an error instead of an answer.
import type { Json } from '../../src/model/json.ts';
import { type Body, list, stringOf } from './body.ts';
import type { Difference } from './compare.ts';

/** Returns which rules of its service a request breaks. */
export function brokenRules(body: Body): Difference[] {
  const broken = Array.isArray(body.messages) ? messagesRules(list(body.messages)) : inputRules(list(body.input));
  return broken.map((what) => ({ where: 'rule of the service', want: 'kept', got: what }));
}

const blocksOf = (content: Json | undefined): Body[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : list(content));

/** Anthropic Messages: each call is answered in the very next message, no text is empty, names and ids are plain. */
function messagesRules(messages: Body[]): string[] {
  const told = messages.filter(({ role }) => role !== 'system');
  const broken: string[] = [];
  if (told[0]?.role !== 'user') broken.push('the first message is not of the role user');
  const seen = new Set<string>();
  told.forEach(({ role, content }, index) => {
    const blocks = blocksOf(content);
    const next = blocksOf(told[index + 1]?.content).filter((block) => block.type === 'tool_result');
    const before = blocksOf(told[index - 1]?.content).filter((block) => block.type === 'tool_use');
    for (const block of blocks) {
      if (block.type === 'text' && stringOf(block.text).trim() === '') broken.push(`message ${index}: an empty text`);
      if (block.type === 'thinking' && role === 'assistant' && stringOf(block.signature) === '')
        broken.push(`message ${index}: no signature`);
      if (block.type === 'tool_use') {
        const id = stringOf(block.id);
        if (!next.some((result) => result.tool_use_id === id)) broken.push(`call ${id} has no result behind it`);
        if (seen.has(id)) broken.push(`call ${id} stands twice`);
        if (!/^[A-Za-z0-9_-]{1,64}$/.test(stringOf(block.name))) broken.push(`call ${id} has the name ${stringOf(block.name)}`);
        if (typeof block.input !== 'object' || block.input === null || Array.isArray(block.input)) broken.push(`call ${id} has no object`);
        seen.add(id);
      }
      if (block.type === 'tool_result' && !before.some((call) => call.id === block.tool_use_id)) {
        broken.push(`result ${stringOf(block.tool_use_id)} has no call before it`);
      }
    }
  });
  return broken;
}

/** OpenAI Responses: each call has one output behind it and each output its call before it. */
function inputRules(items: Body[]): string[] {
  const broken: string[] = [];
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const item of items) {
    const [type, call] = [stringOf(item.type), stringOf(item.call_id)];
    if (type.endsWith('_call') && call !== '') {
      if (seen.has(call)) broken.push(`call ${call} stands twice`);
      if ('name' in item && !/^[A-Za-z0-9_-]{1,64}$/.test(stringOf(item.name)))
        broken.push(`call ${call} has the name ${stringOf(item.name)}`);
      open.add(call);
      seen.add(call);
    } else if (type.endsWith('_call_output') && !open.delete(call)) broken.push(`output ${call} has no call before it`);
    if (type === 'message' && list(item.content).length === 0) broken.push('a message without content');
  }
  return [...broken, ...[...open].map((call) => `call ${call} has no output`)];
}
