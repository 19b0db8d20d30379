import { frontmatterRange } from './frontmatter.ts';
import { parsePage } from './page/parse.ts';
import { bodyOf, printPage } from './page/print.ts';
import type { Part, Step, Turn } from './turn.ts';

const marked = /^\s*<!-- \d{1,7} [a-z]/;

/** Returns what a person edits of a turn: the body of its page, each part behind its marker. */
export function editableBody(turn: Turn): string {
  return bodyOf(printPage(turn).page);
}

/**
 * Returns the steps of a turn after an edit. A text that begins with a marker is a body as `editableBody` gives it; any other one takes
 * the place of what was said: of the prompt, or of the last answer, whose calls stay. Throws `bad-page`.
 */
export function amendedSteps(turn: Turn, text: string): Step[] {
  const given = withoutReturns(text);
  if (!marked.test(given)) return said(turn, given.trim());
  const { page, attachments } = printPage(turn);
  const files = new Map(attachments.map(({ name, bytes }) => [name, bytes]));
  const head = page.slice(0, frontmatterRange(page).body);
  return parsePage(`${head}${given.trimStart()}${given.endsWith('\n') ? '' : '\n'}`, (name) => files.get(name)).steps;
}

/** An editor may end every line in its own way; a return inside a line was said. */
const withoutReturns = (text: string): string => (/(?:^|[^\r])\n/.test(text) ? text : text.replace(/\r\n/g, '\n'));

function said(turn: Turn, text: string): Step[] {
  const isSaid = ({ kind }: Part) => kind === 'text' || (turn.role === 'user' && (kind === 'command' || kind === 'prompt'));
  const all = turn.steps.flatMap(({ parts }) => parts.filter(isSaid));
  const standing = turn.role === 'user' ? all[0] : all.at(-1);
  const part: Part = { kind: standing?.kind === 'command' ? 'command' : 'text', text };
  if (!standing) return [...turn.steps, { parts: [part] }];
  const dropped = new Set(turn.role === 'user' ? all.slice(1) : []);
  return turn.steps.map(({ parts }) => ({ parts: parts.flatMap((one) => (one === standing ? part : dropped.has(one) ? [] : one)) }));
}
