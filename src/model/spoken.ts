import { editsOfCall } from './edits.ts';
import { stringsIn } from './search-text.ts';
import type { Part, TextPart, ToolResult } from './turn.ts';

/** Something that stands in a turn as text, told apart by what it is of. */
export interface Spoken {
  part: TextPart['kind'] | 'tool-call' | 'tool-result';
  text: string;
  /** Files that it changes: of calls alone. */
  paths: string[];
}

/** Returns what a part says before sub-agents answer to it, and what after: the result of a call is of later than its input. */
export function spokenIn(part: Part): [before: Spoken[], after: Spoken[]] {
  switch (part.kind) {
    case 'tool-call': {
      const { name, input, result } = part;
      const paths = [...new Set(editsOfCall(part).map(({ path }) => path))];
      return [[{ part: 'tool-call', text: `${name}\n${stringsIn(input)}`, paths }], result ? resultOf(result) : []];
    }
    case 'tool-result':
      return [[], resultOf(part.result)];
    case 'attachment':
    case 'unknown':
      return [[], []];
    default:
      return [[{ part: part.kind, text: part.text, paths: [] }], []];
  }
}

const resultOf = ({ content }: ToolResult): Spoken[] =>
  content.flatMap((one) => (one.kind === 'text' ? [{ part: 'tool-result' as const, text: one.text, paths: [] }] : []));

/** Tells whether a path is the one that is meant: by its end, at a folder's border; a folder (with a slash behind it) means all in it. */
export function isPathNamed(path: string, name: string): boolean {
  const [whole, wanted] = [path, name].map((one) => `/${one.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')}`.replace(/^\/+/, '/'));
  if (whole === undefined || wanted === undefined || wanted === '/') return false;
  return wanted.endsWith('/') ? whole.includes(wanted) : whole.endsWith(wanted);
}
