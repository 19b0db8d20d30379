import { fail } from '../errors.ts';
import type { Card } from '../model/card.ts';
import { formEdit, printForm, readForm } from '../model/card-form.ts';
import { cardPath, printCard } from '../model/card-page.ts';
import type { ConversationId } from '../model/ids.ts';
import {
  changeWords,
  cleanLabel,
  type Labels,
  labelChanges,
  labelFault,
  labelFields,
  type TagEdit,
  withLabels,
  withTags,
} from '../model/labels.ts';
import { redact } from '../model/redaction.ts';
import type { Entry } from '../store/entry.ts';
import type { Store } from '../store/store.ts';
import { cardOf, change } from './change.ts';
import type { Context } from './context.ts';
import { editText } from './edit-text.ts';
import type { EditInput, EditResult } from './label-result.ts';
import { stateFile } from './state-file.ts';
import { find } from './target.ts';

/** Changes what a person wrote on the card of a conversation: by values, or in the user's editor. Throws `bad-value`, `bad-card-text`. */
export async function editCard(context: Context, store: Store, { command, revision, labels }: EditInput): Promise<EditResult> {
  const entry = await conversationAt(context, command, revision);
  const edit = labels ? { labels: cleaned(command, labels), tags: {} } : await editedForm(context, await cardOf(store, entry.id));
  const result = await change(context, store, command, async (transaction) => {
    const card = await cardOf(store, entry.id);
    const next = withTags(withLabels(card, edit.labels), edit.tags);
    if (next !== card) transaction.page(cardPath(entry.id), printCard(redact(next)));
    const changes = labelChanges(card, next);
    const title = next.title ?? entry.title;
    return { sentence: `Changed ${entry.id}: ${changeWords(changes)}`, result: { id: entry.id, tool: entry.tool, title, changes } };
  });
  if (!labels) await unsavedOf(entry.id).forget(context);
  return result;
}

/** Returns the conversation that a revision names: labels are put on a whole one. Throws `bad-value` where it names a turn. */
export async function conversationAt(context: Context, verb: string, revision: string): Promise<Entry> {
  const { entry, revision: found } = (await find(context, await context.reader(), revision)).found;
  if (found.turn === undefined) return entry;
  throw fail('bad-value', { verb, what: 'the conversation', value: revision, expected: 'a whole conversation: it names a turn' });
}

function cleaned(verb: string, labels: Labels): Labels {
  const clean: Labels = {};
  for (const field of labelFields) {
    const text = labels[field];
    if (text === undefined) continue;
    const value = cleanLabel(field, text);
    const expected = labelFault(field, value);
    if (expected !== undefined)
      throw fail('bad-value', { verb, what: field === 'title' ? 'the title' : `--${field}`, value: text, expected });
    clean[field] = value;
  }
  return clean;
}

/** The page that a user made of a card, with what it was made from: until it is saved it is kept, and opened again. */
interface Unsaved {
  base: string;
  text: string;
}

const isUnsaved = (value: unknown): value is Unsaved =>
  typeof value === 'object' &&
  value !== null &&
  ['base', 'text'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string');

const unsavedOf = (id: ConversationId) => stateFile(`card-${id}.json`, isUnsaved, 'the card is opened as it is saved');

/** What the user changed on the page of a card: only that is saved, so what changes meanwhile stays. */
async function editedForm(context: Context, card: Card): Promise<{ labels: Labels; tags: TagEdit }> {
  const unsaved = unsavedOf(card.id);
  const kept = await unsaved.read(context);
  const { base, text: opened } = kept ?? { base: printForm(card), text: printForm(card) };
  if (kept) context.warn(`Opened again what could not be saved of ${card.id}`);
  const text = await editText(context, opened);
  if (text.trim() === '' || text === base) return { labels: {}, tags: {} };
  await unsaved.save(context, { base, text });
  const edit = readEdit(base, text);
  if ('fault' in edit) throw fail('bad-card-text', { reason: edit.fault, conversation: card.id });
  return edit;
}

function readEdit(base: string, text: string): ReturnType<typeof formEdit> {
  const [before, after] = [readForm(base), readForm(text)];
  if ('fault' in before) return before;
  return 'fault' in after ? after : formEdit(before, after);
}
