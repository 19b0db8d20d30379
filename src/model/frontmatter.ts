import { fail } from '../errors.ts';
import { type Field, readPrinted } from './printed-yaml.ts';
import { readYaml } from './yaml.ts';

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

/** Returns the fields in their order. What is written as convo writes it is read without YAML. Throws `bad-page`. */
export function readFrontmatter(front: string): Map<string, Field> {
  if (front.length > maxLength) throw fail('bad-page', { reason: 'its frontmatter is over 64 KB' });
  return readPrinted(front) ?? new Map(readYaml(front).map(({ key, value, written }) => [key, { value, written }]));
}
