import { fail } from '../errors.ts';
import { readFrontmatter, splitFrontmatter } from './frontmatter.ts';
import { type ConversationId, readConversationId, readToolId, type ToolId } from './ids.ts';
import { yamlText } from './yaml.ts';

/** What `conversation.md` says: where a conversation comes from, and nothing that a machine or a fork changes. */
export interface Conversation {
  tool: ToolId;
  id: ConversationId;
  /** Native id of the record that the id is made from (format.md 1). */
  origin: string;
}

/** Returns the page `conversation.md` (format.md 3). */
export function printConversation({ tool, id, origin }: Conversation): string {
  return `---\nconvo: 1\ntool: ${tool}\nid: ${id}\norigin: ${yamlText(origin)}\n---\n`;
}

/** Returns what a `conversation.md` says. Throws `bad-page`. */
export function parseConversation(page: string): Conversation {
  const fields = readFrontmatter(splitFrontmatter(page).front);
  const [tool, id, origin] = ['tool', 'id', 'origin'].map((key) => fields.get(key)?.value);
  const toolId = readToolId(String(tool));
  const conversationId = readConversationId(String(id));
  if (!toolId || !conversationId || typeof origin !== 'string')
    throw fail('bad-page', { reason: 'conversation.md names no tool, id and origin' });
  return { tool: toolId, id: conversationId, origin };
}
