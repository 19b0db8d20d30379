import type { Part, Step, ToolResult, Turn } from '../turn.ts';
import { type Attachment, newDraft, sizeText } from './draft.ts';
import { htmlText } from './escape.ts';
import type { PageLimits } from './limits.ts';
import { printPart } from './print.ts';

/** Limits under which every text stays where it is. */
export const noLimits: PageLimits = { inline: Number.POSITIVE_INFINITY, page: Number.POSITIVE_INFINITY, head: 0, tail: 0 };

/** What a turn holds, for people: what its page shows, without what only the parser needs. */
export interface ReadableTurn {
  text: string;
  /** Files that the text links to, each name once; `folder` leads to them. */
  attachments: Attachment[];
}

/** Returns a turn as markdown with links to its files; `folder` is the way from the document to them. */
export function readableTurn(turn: Turn, limits: PageLimits, folder: string): ReadableTurn {
  const draft = newDraft(limits, folder, new Set());
  const printed = turn.steps.flatMap(({ parts }) => parts.map((part) => printPart(part, 1, turn, draft)));
  const text = printed.map((one) => one.slice(one.indexOf('\n') + 1)).join(''); // the first line of each is its marker
  return { text, attachments: [...draft.attachments].map(([name, bytes]) => ({ name, bytes })) };
}

/** Returns the turn with a line of text in the place of each file, and how many there were. */
export function withoutFiles(turn: Turn): { turn: Turn; files: number } {
  let files = 0;
  const told = ({ name, media, data }: Extract<Part, { kind: 'attachment' }>): string => {
    files += 1;
    return `[${htmlText([name, media, sizeText(data.length)].filter((word) => word !== undefined).join(' · '))}]`;
  };
  const resultOf = (result: ToolResult): ToolResult => ({
    ...result,
    content: result.content.map((one) => (one.kind === 'attachment' ? { kind: 'text', text: told(one) } : one)),
  });
  const partOf = (part: Part): Part => {
    if (part.kind === 'attachment') return { kind: 'text', text: told(part) };
    if (part.kind === 'tool-result') return { ...part, result: resultOf(part.result) };
    return part.kind === 'tool-call' && part.result ? { ...part, result: resultOf(part.result) } : part;
  };
  const steps = turn.steps.map(({ parts }): Step => ({ parts: parts.map(partOf) }));
  return { turn: { ...turn, steps }, files };
}
