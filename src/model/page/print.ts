import { frontmatterRange } from '../frontmatter.ts';
import { printRecords } from '../records.ts';
import type { Part, Turn } from '../turn.ts';
import { type Attachment, type Draft, newDraft, overBudget } from './draft.ts';
import { printHead } from './head.ts';
import { defaultLimits, type PageLimits } from './limits.ts';
import { printMarker } from './marker.ts';
import { printCall, printResult } from './print-call.ts';
import { printAttachment, printText, printUnknown } from './print-part.ts';

/** A turn as the store keeps it: well-formed text and the files that belong to it. */
export interface PrintedPage {
  page: string;
  /** Each name once. */
  attachments: Attachment[];
}

/**
 * Returns the page of a turn (format.md 4): the same turn gives the same bytes, and `parsePage` gives the turn back.
 * `folder` is the way from the page to `attachments/`, for its links.
 */
export function printPage(turn: Turn, limits: PageLimits = defaultLimits, folder = '../../attachments/'): PrintedPage {
  const head = printHead(turn);
  let draft = newDraft(limits, folder, new Set());
  let body = printBody(turn, draft);
  const excess = Buffer.byteLength(body) + Buffer.byteLength(head) - limits.page;
  const forced = excess > 0 ? overBudget(draft, excess) : new Set<number>();
  if (forced.size > 0) {
    draft = newDraft(limits, folder, forced);
    body = printBody(turn, draft);
  }
  return { page: head + body, attachments: [...draft.attachments].map(([name, bytes]) => ({ name, bytes })) };
}

/** Returns what the id of an edited or merged turn is a hash of: the page without frontmatter and records line. Throws `bad-page`. */
export function bodyOf(page: string): string {
  const { body } = frontmatterRange(page);
  const records = page.lastIndexOf('\n<!-- records') + 1;
  return page.slice(body, records < body ? page.length : records);
}

function printBody(turn: Turn, draft: Draft): string {
  let body = '';
  for (const [i, step] of turn.steps.entries()) {
    if (step.parts.length === 0) body += `${printMarker(i + 1, 'empty', {})}\n`;
    for (const part of step.parts) body += printPart(part, i + 1, turn, draft);
  }
  return `${body}${printRecords(turn.records)}\n`;
}

/** Returns a part as it stands on the page: its marker on the first line. */
export function printPart(part: Part, step: number, turn: Turn, draft: Draft): string {
  switch (part.kind) {
    case 'attachment':
      return printAttachment(part, step, draft);
    case 'tool-call':
      return printCall(part, step, draft);
    case 'tool-result':
      return printResult(part, step, draft);
    case 'unknown':
      return printUnknown(part, step, draft);
    default:
      return printText(part, step, turn.role, draft);
  }
}
