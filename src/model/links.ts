import type { Card } from './card.ts';
import { compare } from './card.ts';
import { type ConversationId, conversationId, type ToolId } from './ids.ts';

/** Returns the names by which other sources may state this one: one with a revision is named by its thread and its revision, or by either. */
export const namesOf = (source: string): string[] =>
  /^[0-9a-f-]{36}_[0-9a-f-]{36}$/.test(source) ? [source, ...source.split('_')] : [source];

/**
 * Returns the id by which a card links a conversation that the store does not hold, from the native id that a source states as its
 * past. It is that conversation's own id where the tool's native ids are origins (Codex); else the conversation links back when it comes.
 */
export const linkTo = (tool: ToolId, native: string): ConversationId => conversationId(tool, native);

/**
 * Returns the links of a card: those it has, those that its sources state, and the conversations that wait for one of its sources
 * under an id that is not this one's; without those that its own sources answer.
 */
export function linksOf(card: Card, stated: readonly string[], waiting: (link: string) => readonly ConversationId[]): string[] {
  const own = new Set(card.native.flatMap(({ tool, source }) => namesOf(source).map((name) => linkTo(tool, name))));
  own.delete(card.id);
  const all = [...(card.links ?? []), ...stated.map((native) => linkTo(card.tool, native)), ...[...own].flatMap(waiting)];
  return [...new Set<string>(all)].filter((id) => id !== card.id && !own.has(id as ConversationId)).sort(compare);
}
