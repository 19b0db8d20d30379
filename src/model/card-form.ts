import { ConvoError } from '../errors.ts';
import { type Card, tagsOf } from './card.ts';
import { splitFrontmatter } from './frontmatter.ts';
import { cleanLabel, cleanTag, type LabelField, type Labels, labelFault, labelFields, mostTags, type TagEdit, tagFault } from './labels.ts';
import { readYaml, type YamlValue, yamlFlowText, yamlText } from './yaml.ts';

const lineFields = labelFields.filter((field) => field !== 'notes');

/** What a card says where a person may write: the page that an editor is given. */
export interface CardForm {
  labels: Required<Labels>;
  tags: string[];
}

/** Returns the page on which a person edits a card: its own fields and no others, notes in the body (format.md 7). */
export function printForm(card: Card): string {
  const lines = lineFields.flatMap((field) => [
    `${field}: ${card[field] === undefined ? '' : yamlText(card[field])}`.trimEnd(),
    ...(field === 'project' ? [`tags: [${tagsOf(card).map(yamlFlowText).join(', ')}]`] : []),
  ]);
  return `---\n# ${card.id}: what is emptied is taken away. Notes stand below the second line of dashes.\n${lines.join('\n')}\n---\n${card.notes ?? ''}`;
}

/** Returns what such a page says, or what is wrong with it. */
export function readForm(page: string): CardForm | { fault: string } {
  try {
    return formOf(page.replace(/\r\n?/g, '\n'));
  } catch (error) {
    if (error instanceof ConvoError && error.code === 'bad-page') return { fault: String(error.data.reason) };
    throw error;
  }
}

/** What is typed behind these keys is text, also where YAML would take it for something else. */
const plainLine = new RegExp(`^(${lineFields.join('|')}):[ \\t]+(?!["'])(.*\\S)[ \\t]*$`, 'gm');

function formOf(page: string): CardForm | { fault: string } {
  const { front, body } = splitFrontmatter(page);
  const pairs = readYaml(front.replace(plainLine, (_, key: string, value: string) => `${key}: ${JSON.stringify(value)}`));
  const labels = { title: '', project: '', status: '', priority: '', intent: '', notes: cleanLabel('notes', body) };
  let tags: string[] = [];
  for (const { key, value } of pairs) {
    if (key === 'tags') tags = tagsIn(value);
    else if (!isField(key)) return { fault: `"${key}" is no field that can be edited` };
    else if (typeof value !== 'string') return { fault: `${key} is not one line of text` };
    else labels[key] = cleanLabel(key, value);
  }
  return { labels, tags };
}

const isField = (key: string): key is Exclude<LabelField, 'notes'> => (lineFields as readonly string[]).includes(key);

function tagsIn(value: YamlValue): string[] {
  const words = Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? one : '[')) : String(value).split(/[\s,]+/);
  return [...new Set(words.map(cleanTag))].filter((tag) => tag !== '');
}

/** Returns what was changed between two forms, or what is wrong with a value that was changed; what stood there before may stay. */
export function formEdit(before: CardForm, after: CardForm): { labels: Labels; tags: TagEdit } | { fault: string } {
  const labels: Labels = {};
  for (const field of labelFields) {
    const value = after.labels[field];
    if (value === before.labels[field]) continue;
    const expected = labelFault(field, value);
    if (expected !== undefined) return { fault: `${field} is not ${expected}` };
    labels[field] = value;
  }
  const on = after.tags.filter((tag) => !before.tags.includes(tag));
  const off = before.tags.filter((tag) => !after.tags.includes(tag));
  const wrong = on.find((tag) => tagFault(tag) !== undefined);
  if (wrong !== undefined) return { fault: `the tag "${wrong}" is not ${tagFault(wrong)}` };
  if (after.tags.length > mostTags) return { fault: `there are more than ${mostTags} tags` };
  return { labels, tags: { on, off } };
}
