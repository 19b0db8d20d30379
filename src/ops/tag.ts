import { fail } from '../errors.ts';
import { tagsOf } from '../model/card.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import { cleanTag, mostTags, tagFault, withTags } from '../model/labels.ts';
import { redact } from '../model/redaction.ts';
import type { Entry } from '../store/entry.ts';
import { conversationsOf } from '../store/joined.ts';
import type { Store } from '../store/store.ts';
import { cardOf, change } from './change.ts';
import type { Context } from './context.ts';
import { conversationAt } from './edit-card.ts';
import type { TagInput, TagResult } from './label-result.ts';
import { near } from './near.ts';

/** Puts tags on a conversation or takes them off; without tags it tells those that are there. Throws `bad-value`, `unknown-tag`. */
export async function tag(context: Context, store: Store, { words, remove }: TagInput): Promise<TagResult> {
  if (words.length === 0) return { did: 'counted', tags: countTags(await (await context.reader()).entries()) };
  const named = await namesConversation(context, words[0] ?? '');
  const tags = [...new Set(words.slice(named ? 1 : 0).map(readTag))];
  const entry = await conversationAt(context, 'tag', named ? (words[0] ?? '') : '');
  if (tags.length > 0) return tagConversation(context, store, entry, tags, remove);
  if (remove) throw fail('unknown-flag', { verb: 'tag', message: 'convo tag -d needs a tag' });
  const { id, tool, title, tags: standing = [] } = entry;
  return { did: 'listed', id, tool, title, tags: [...standing] };
}

function countTags(entries: readonly Entry[]): { tag: string; conversations: number }[] {
  const counts = new Map<string, number>();
  for (const { tags = [] } of entries) for (const one of tags) counts.set(one, (counts.get(one) ?? 0) + 1);
  const rows = [...counts].map(([name, conversations]) => ({ tag: name, conversations }));
  return rows.sort((a, b) => b.conversations - a.conversations || (a.tag < b.tag ? -1 : 1));
}

/** Shorter ones are tags: many an id begins with two characters. */
const idStart = 4;

/** Tells whether a word names a conversation: it cannot be a tag, or begins an id and is no tag that is in use. */
async function namesConversation(context: Context, word: string): Promise<boolean> {
  if (tagFault(cleanTag(word)) !== undefined) return /[@/\s]/.test(word);
  if (word.length < idStart) return false;
  const typed = word.toLowerCase();
  const entries = await (await context.reader()).entries();
  if (entries.some(({ tags }) => tags?.includes(cleanTag(word)))) return false;
  return entries.some((entry) => [...conversationsOf(entry), ...entry.natives].some((id) => id.startsWith(typed)));
}

function readTag(word: string): string {
  const clean = cleanTag(word);
  const expected = tagFault(clean);
  if (expected !== undefined) throw fail('bad-value', { verb: 'tag', what: 'the tag', value: word, expected });
  return clean;
}

/** Conversations that are shown as one have the tags of all of them. */
async function tagConversation(context: Context, store: Store, entry: Entry, tags: string[], remove: boolean): Promise<TagResult> {
  return change(context, store, 'tag', async (transaction) => {
    const ids = conversationsOf(entry);
    const cards = await Promise.all(ids.map((id) => cardOf(store, id)));
    const before = new Set(cards.flatMap(tagsOf));
    const changed = tags.filter((one) => before.has(one) === remove);
    const [missing] = remove ? tags.filter((one) => !before.has(one)) : [];
    if (missing !== undefined) throw unknownTag(entry, missing, [...before]);
    if (!remove && before.size + changed.length > mostTags)
      throw fail('bad-value', { verb: 'tag', what: 'the tag', value: changed.at(-1) ?? '', expected: `one of at most ${mostTags} tags` });
    const after = new Set(remove ? [...before].filter((one) => !tags.includes(one)) : [...before, ...changed]);
    for (const card of remove ? cards : cards.slice(0, 1)) {
      const next = withTags(card, remove ? { off: changed } : { on: changed });
      if (next !== card) transaction.page(cardPath(card.id), printCard(redact(next)));
    }
    const { id, tool, title } = entry;
    const did = remove ? 'untagged' : 'tagged';
    const sentence = remove ? `Took ${changed.join(', ')} off ${id}` : `Tagged ${id} ${changed.join(', ')}`;
    return { sentence, result: { did, id, tool, title, changed, tags: [...after].sort() } };
  });
}

function unknownTag({ id }: Entry, name: string, tags: string[]) {
  const [best] = near(name, tags);
  return fail('unknown-tag', { tag: name, conversation: id, tags, ...(best === undefined ? {} : { near: best }) });
}
