import { fail } from '../errors.ts';
import { isBranchName } from './branch-name.ts';
import { type Card, type CardBranch, sortedKeys, type Tombstone, tagsOf } from './card.ts';
import { cardKeys, readCardFields } from './card-reader.ts';
import { splitFrontmatter } from './frontmatter.ts';
import type { ConversationId } from './ids.ts';
import { readPrinted } from './printed-yaml.ts';
import { readYaml, type YamlPair, yamlFlowText, yamlText } from './yaml.ts';

/** A conversation with a thousand turns on deleted branches has a long card. */
const maxLength = 8 * 1024 * 1024;

/** Returns the path of a card in the catalogue: `conversations/7/q/7qk2m4xw9d.md`. */
export function cardPath(id: ConversationId): string {
  return `conversations/${id.charAt(0)}/${id.charAt(1)}/${id}.md`;
}

/** Returns the page of a card (format.md 7): the same card gives the same bytes. */
export function printCard(card: Card): string {
  const values: Partial<Record<(typeof cardKeys)[number], string>> = {
    convo: ' 1',
    id: ` ${yamlText(card.id)}`,
    tool: ` ${card.tool}`,
    native: rows(card.native.map((row) => `- ${flowMap({ ...row })}`)),
    branches: rows(sortedKeys(card.branches).map((name) => branchLine(name, card.branches[name]))),
    deleted: rows((card.deleted ?? []).map((tombstone) => `- ${tombstoneText(tombstone)}`)),
    tags: list(tagsOf(card)),
    links: list(card.links ?? []),
    rev: counters(card.rev),
    tagrev: counters(card.tagrev),
    history: historyText(card.history),
  };
  for (const field of ['title', 'project', 'status', 'priority', 'intent', 'active'] as const) {
    const value = card[field];
    if (value !== undefined) values[field] = ` ${yamlText(value)}`;
  }
  return `---\n${cardLines(card, values)}---\n${card.notes ?? ''}`;
}

/** Returns the card of a page; throws `bad-page`. */
export function parseCard(page: string): Card {
  const { front, body } = splitFrontmatter(page);
  const card = readCardFields(pairsOf(front));
  for (const name of Object.keys(card.branches))
    if (!isBranchName(name)) throw fail('bad-page', { reason: `a branch is called "${name}"` });
  return body === '' ? card : { ...card, notes: body };
}

function pairsOf(front: string): YamlPair[] {
  const printed = front.length <= maxLength ? readPrinted(front) : undefined;
  return printed ? [...printed].map(([key, field]) => ({ key, ...field })) : readYaml(front, maxLength);
}

function cardLines(card: Card, values: Record<string, string>): string {
  const extra = new Map((card.extra ?? []).map((item) => [item.key, item]));
  let lines = '';
  for (const key of ['', ...cardKeys]) {
    const value = values[key];
    if (value !== undefined && value !== '') lines += `${key}:${value}\n`;
    for (const item of [...extra.values()].filter(({ after }) => after === key)) {
      lines += `${yamlText(item.key)}:${item.value === '' || item.value.startsWith('\n') ? '' : ' '}${item.value}\n`;
      extra.delete(item.key);
    }
  }
  return lines;
}

const rows = (items: readonly string[]) => items.map((item) => `\n  ${item}`).join('');
const list = (items: readonly string[]) => (items.length === 0 ? '' : ` [${items.map(yamlFlowText).join(', ')}]`);

function flowMap(pairs: Record<string, string | undefined>): string {
  const defined = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `{${defined.map(([key, value]) => `${key}: ${yamlFlowText(value)}`).join(', ')}}`;
}

function branchLine(name: string, branch: CardBranch | undefined): string {
  return `${yamlText(name)}: ${flowMap({ at: branch?.at, label: branch?.label, source: branch?.source })}`;
}

function tombstoneText({ ref, at, turns }: Tombstone): string {
  return `{ref: ${yamlFlowText(ref)}, at: ${yamlFlowText(at)}, turns:${list(turns) || ' []'}}`;
}

function counters(map: Record<string, number> | undefined): string {
  const pairs = sortedKeys(map ?? {}).map((key) => `${yamlFlowText(key)}: ${map?.[key]}`);
  return pairs.length === 0 ? '' : ` {${pairs.join(', ')}}`;
}

function historyText(history: Record<string, string[]> | undefined): string {
  const pairs = sortedKeys(history ?? {}).map((key) => `${yamlFlowText(key)}:${list(history?.[key] ?? []) || ' []'}`);
  return pairs.length === 0 ? '' : ` {${pairs.join(', ')}}`;
}
