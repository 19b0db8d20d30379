import type { Json } from '../../model/json.ts';
import { object, objects, string } from '../kit/fields.ts';
import type { JsonObject } from '../kit/jsonl.ts';

/** Returns the content items of a message; content that is one string is one text item (`message` in the oldest files). */
export function contentOf(payload: JsonObject): JsonObject[] {
  const content: Json | undefined = payload.content ?? payload.message;
  return typeof content === 'string' ? [{ type: 'input_text', text: content }] : objects(content);
}

/** Returns the text of a content item, '' when it carries none. */
export const textOf = (item: JsonObject): string => string(item.text);

/**
 * Beginnings of user messages that Codex itself puts into the model's history. Newer versions say so in
 * `content_item_kinds`; older ones only by these (seen in 0.2x to 0.169).
 */
const injected =
  /^\s*(?:<(?:environment_context|user_instructions|INSTRUCTIONS|permissions instructions|turn_aborted|recommended_plugins|skills_instructions|skill|collaboration_mode|personality_spec|model_switch|subagent_notification|user_action|multi_agent_mode|plugins_instructions|apps_instructions|realtime_conversation|hook_prompt|codex_internal_context|goal_context|token_budget|hook_context)\b|# AGENTS\.md instructions\b)/;

const shellMark = '<user_shell_command>';

/** Returns true for the text before or behind an image, which names its file. */
export const isImageMark = (text: string): boolean => /^\s*<\/?image\b[^>]*>\s*$/.test(text);

/** What a user message of the model's history is: a person's words, a command they ran in the prompt, or the harness speaking. */
export type Spoken = 'prompt' | 'shell' | 'note';

/** Returns what each content item of a user message is; marks around images count as `note`. */
export function spoken(payload: JsonObject): { item: JsonObject; as: Spoken }[] {
  const kinds = object(payload.internal_chat_message_metadata_passthrough).content_item_kinds;
  return contentOf(payload).map((item, index) => ({ item, as: spokenAs(item, Array.isArray(kinds) ? string(kinds[index]) : '') }));
}

function spokenAs(item: JsonObject, kind: string): Spoken {
  const text = textOf(item);
  if (text.trimStart().startsWith(shellMark)) return 'shell';
  if (isImageMark(text)) return 'note';
  if (kind !== '' && kind !== 'unknown') return kind.startsWith('user.') ? 'prompt' : 'note';
  return injected.test(text) ? 'note' : 'prompt';
}

/** Returns the person's words of a user message, and '' when there are none. */
export function promptText(payload: JsonObject): string {
  const texts = spoken(payload).flatMap(({ item, as }) => (as === 'prompt' ? [textOf(item)] : []));
  return texts.filter((text) => text.trim() !== '').join('\n');
}

/** Returns the person's words of a `user_message` event or of a `UserMessage` item (paginated files). */
export function eventText(payload: JsonObject): string {
  const item = object(payload.item);
  if (item.type === undefined) return string(payload.message);
  const texts = objects(item.content).filter((part) => part.type === 'text');
  return texts.map(textOf).join('\n');
}

/** Returns what a person ran with `!` and what it printed; undefined for another text. */
export function shellCommand(text: string): { command: string; output: string } | undefined {
  const match = /<user_shell_command>\s*<command>\n?([\s\S]*?)\n?<\/command>\s*<result>\n?([\s\S]*?)\n?<\/result>/.exec(text);
  return match ? { command: match[1] ?? '', output: match[2] ?? '' } : undefined;
}

/** Returns the command that began a review; the prompt of `/review` itself is not recorded. */
export function reviewCommand(payload: JsonObject): string {
  const hint = string(payload.user_facing_hint) || string(payload.prompt);
  return `/review ${hint}`.trim();
}
