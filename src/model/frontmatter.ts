import { fail } from '../errors.ts';
import { readYaml, type YamlValue } from './yaml.ts';

const maxLength = 64 * 1024;

/** Returns where the frontmatter of a page begins and ends and where its body begins; throws `bad-page` when it has none. */
export function frontmatterRange(page: string): { start: number; end: number; body: number } {
  if (!page.startsWith('---\n')) throw fail('bad-page', { reason: 'it does not begin with frontmatter' });
  const end = page.indexOf('\n---\n', 3);
  if (end >= 0) return { start: 4, end: end + 1, body: end + 5 };
  if (page.endsWith('\n---')) return { start: 4, end: page.length - 3, body: page.length };
  throw fail('bad-page', { reason: 'its frontmatter does not end' });
}

/** Returns the frontmatter without its fences and the body behind it; throws `bad-page`. */
export function splitFrontmatter(page: string): { front: string; body: string } {
  const { start, end, body } = frontmatterRange(page);
  return { front: page.slice(start, end), body: page.slice(body) };
}

/** One key of a frontmatter. */
export interface Field {
  /** Scalars as they are written, unquoted: `1.10`, `no`, `0777`. */
  value: YamlValue;
  /** The source text of the value, quotes and all. */
  written: string;
}

/** Returns the fields in their order. A flat frontmatter, as convo writes it, is read without YAML. Throws `bad-page`. */
export function readFrontmatter(front: string): Map<string, Field> {
  if (front.length > maxLength) throw fail('bad-page', { reason: 'its frontmatter is over 64 KB' });
  return readFlat(front) ?? new Map(readYaml(front).map(({ key, value, written }) => [key, { value, written }]));
}

const line = /([a-z][a-z_]*):(?: ([^\n]*))?\n/y;
// What could be more than a plain scalar of one line, to be left to YAML.
const special = /^[-?:,[\]{}#&*!|>'"%@`\s]|^<<|: |:$| #|\s$|[^\x20-\x7e\xa0-\ud7ff]/;

function readFlat(front: string): Map<string, Field> | undefined {
  const fields = new Map<string, Field>();
  line.lastIndex = 0;
  while (line.lastIndex < front.length) {
    const match = line.exec(front);
    const key = match?.[1];
    if (!match || key === undefined || fields.has(key) || key === 'constructor' || key === 'prototype') return undefined;
    const written = match[2] ?? '';
    const value = special.test(written) ? quoted(written) : written;
    if (value === undefined) return undefined;
    fields.set(key, { value, written });
  }
  return continues(front) ? undefined : fields;
}

// A value is continued by an indented line; those do not match `line`, so only an empty last value is left to look at.
function continues(front: string): boolean {
  return front !== '' && !front.endsWith('\n');
}

function quoted(written: string): string | undefined {
  if (!written.startsWith('"') || !written.endsWith('"')) return undefined;
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined; // Not JSON: YAML decides what it is.
  }
}
