import { shortHash } from '../hash.ts';
import type { AttachmentPart, Part, ToolResult, Turn } from '../turn.ts';

/** Returns a key that two turns share when the same was said and done in them, whatever ids, times, models and tokens they have. */
export function contentKey(turn: Turn): string {
  return shortHash(JSON.stringify([turn.role, turn.kind ?? '', turn.steps.flatMap((step) => step.parts.map(bare))]));
}

function bare(part: Part): unknown {
  if (part.kind === 'attachment') return attachment(part);
  if (part.kind === 'tool-call') return [part.kind, part.name, part.input, part.result ? result(part.result) : null];
  if (part.kind === 'tool-result') return [part.kind, result(part.result)];
  return part.kind === 'unknown' ? [part.kind, part.type, part.value] : [part.kind, part.text];
}

const attachment = ({ kind, data }: AttachmentPart) => [kind, shortHash(data)];
const result = ({ status, content }: ToolResult) => [status, content.map((one) => (one.kind === 'attachment' ? attachment(one) : one))];
