import type { Json } from '../../model/json.ts';
import { isObject, object, objects, parsedText, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';

/** Ends of a sub-agent's work, as `AgentStatus` spells them. */
const final = ['completed', 'errored', 'failed', 'shutdown', 'interrupted'];

function isFinal(status: Json | undefined): boolean {
  if (typeof status === 'string') return final.includes(status);
  return isObject(status) && final.some((word) => status[word] !== undefined);
}

/** Returns the threads whose final result a `collab_*_end` or `sub_agent_activity` event, or a `Collab...` item, tells. */
export function finishedByEvent(payload: JsonObject): string[] {
  const item = isObject(payload.item) ? payload.item : payload;
  const found = objects(item.agent_statuses).flatMap((agent) => (isFinal(agent.status) ? [string(agent.thread_id)] : []));
  for (const states of [item.statuses, item.agentsStates, item.agents_states])
    for (const [id, state] of Object.entries(object(states))) if (isFinal(state) || isFinal(object(state).status)) found.push(id);
  if (isFinal(item.status)) found.push(string(item.receiver_thread_id));
  if (isFinal(item.kind)) found.push(string(item.agent_thread_id));
  return found.filter((id) => id !== '');
}

/** Returns the threads whose final result a tool output (`wait`) or a `<subagent_notification>` tells. */
export function finishedByText(text: string): string[] {
  const value = object(parsedText(text.replace(/^\s*<subagent_notification>\s*|\s*<\/subagent_notification>\s*$/g, '')));
  const found = Object.entries(object(value.status)).flatMap(([id, status]) => (isFinal(status) ? [id] : []));
  const agent = string(value.agent_id) || string(value.agent_path);
  if (agent !== '' && isFinal(value.status)) found.push(agent);
  return found.filter((id) => !final.includes(id));
}

/** Returns the thread that a `spawn_agent` call started, by its output; undefined for other outputs. */
export function spawnedByText(text: string): string | undefined {
  const value = object(parsedText(text));
  return string(value.agent_id) || string(value.new_thread_id) || undefined;
}

/** Returns the thread that a call started, by the event or item that tells of it, and that call; undefined for others. */
export function spawnedByEvent(payload: JsonObject): { call: string; agent: string } | undefined {
  const item = object(payload.item);
  if (item.type === 'SubAgentActivity' && item.kind === 'started') return { call: string(item.id), agent: string(item.agent_thread_id) };
  if (payload.type === 'collab_agent_spawn_end') return { call: string(payload.call_id), agent: string(payload.new_thread_id) };
  return undefined;
}
