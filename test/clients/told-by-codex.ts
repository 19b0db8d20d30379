import type { Json } from '../../src/model/json.ts';
import type { Turn } from '../../src/model/turn.ts';
import { type Body, isBody, list, stringOf } from './body.ts';
import type { Difference } from './compare.ts';
import { type Message, plain } from './conversation.ts';
import { saidInThread } from './thread.ts';

/** Returns where an imported thread, from its root on, is not what `thread/read {includeTurns: true}` tells. */
export function compareTold(told: Json, thread: Turn[]): Difference[] {
  const read = isBody(told) && isBody(told.thread) ? told.thread : {};
  const turns = list(read.turns);
  const { messages } = saidInThread(thread, true);
  const want = turns.flatMap((turn) => list(turn.items)).flatMap(wordsOf);
  const got = messages.flatMap(wordsIn);
  const calls = new Set(messages.flatMap((one) => one.calls).map((call) => call.id));
  const missing = turns.flatMap((turn) => list(turn.items)).filter((item) => isCall(item) && !calls.has(stringOf(item.id)));
  const compactions = turns.filter((turn) => list(turn.items).some((item) => item.type === 'contextCompaction')).length;
  const compacted = thread.filter((turn) => turn.kind === 'compaction').length;
  return [
    ...(want.join('\n') === got.join('\n') ? [] : [{ where: 'words told by thread/read', want, got }]),
    ...missing.map((item) => ({ where: 'call told by thread/read', want: item.id, got: [...calls] })),
    ...(compactions === compacted ? [] : [{ where: 'compactions told by thread/read', want: compactions, got: compacted }]),
  ];
}

/** Items that are calls of the model's; a person's shell line is none. */
const isCall = (item: Body) => stringOf(item.id).startsWith('call_') && item.source !== 'userShell';

function wordsOf(item: Body): string[] {
  if (item.type === 'userMessage') {
    const texts = list(item.content).map((part) => stringOf(part.text));
    return texts.filter((text) => text !== '').map((text) => `user: ${plain(text)}`);
  }
  if (item.type === 'agentMessage') return [`assistant: ${plain(stringOf(item.text))}`];
  if (item.type === 'reasoning' && Array.isArray(item.summary)) return item.summary.map((text) => `thinking: ${stringOf(text)}`);
  if (item.source === 'userShell') return [`user: ! ${/ -lc '?(.*?)'?$/.exec(stringOf(item.command))?.[1] ?? ''}`];
  return [];
}

function wordsIn(one: Message): string[] {
  return [...one.thinking.map((text) => `thinking: ${text}`), ...one.said.map((text) => `${one.role}: ${text}`)];
}
