import type { AttachmentPart, Role, TextPart, UnknownPart } from '../turn.ts';
import { attach, type Draft, lineCount } from './draft.ts';
import { cut, escapeText, hideMarkers, htmlText } from './escape.ts';
import { shownJson } from './json-text.ts';
import { printMarker } from './marker.ts';
import { isEscaped, newBlock, openFence, printBlock } from './print-block.ts';
import { textViews } from './text-view.ts';

/** Returns a text part: open or folded, as markdown or between fences, by its kind. */
export function printText(part: TextPart, step: number, role: Role, draft: Draft): string {
  const view = textViews[part.kind];
  const isAnswer = role === 'assistant' && (part.kind === 'text' || part.kind === 'thinking');
  const block = newBlock(view.lang ?? 'text', '', part.text, isAnswer ? Number.POSITIVE_INFINITY : draft.limits.inline, draft);
  const escaped = isEscaped(block);
  const isProse = view.lang === undefined && block.file === undefined;
  const fence = isProse ? openFence(part.text) : '';
  const marker = printMarker(step, part.kind, {
    ...(part.label === undefined ? {} : { label: part.label }),
    ...(part.call === undefined ? {} : { call: part.call }),
    ...(escaped ? { escaped } : {}),
    ...(fence === '' ? {} : { fence }),
    ...(view.lang === undefined && !isProse ? { spilled: true } : {}),
  });
  const body = isProse ? prose(part.text, escaped, fence) : printBlock(block, escaped, draft);
  if (!view.folded) return `${marker}${view.lead}${body}\n`;
  return `${marker}<details><summary>${summary(part, view.title)}</summary>\n\n${body}${isProse ? '\n' : ''}</details>\n\n`;
}

function prose(text: string, escaped: boolean, fence: string): string {
  const shown = hideMarkers(escaped ? escapeText(text) : text);
  return fence === '' ? `${shown}\n` : `${shown}\n${fence}\n`;
}

function summary(part: TextPart, title: string): string {
  if (part.kind === 'thinking') return `${title}: ${htmlText(cut(part.text.slice(0, 400).trim(), 72))}`;
  const label = part.label === undefined ? '' : ` · ${htmlText(cut(part.label, 72))}`;
  return `${title}${label} · ${linesText(part.text)}`;
}

/** Returns `1 line`, `42 lines`. */
export function linesText(text: string): string {
  const count = lineCount(text);
  return count === 1 ? '1 line' : `${count} lines`;
}

/** Returns an image, or a link to any other file. */
export function printAttachment(part: AttachmentPart, step: number, draft: Draft): string {
  const data = part.name === undefined ? {} : { name: part.name };
  return `${printMarker(step, 'attachment', data, part.media)}${attachmentLink(part, draft)}\n`;
}

/** Returns the line that shows an attachment. */
export function attachmentLink(part: AttachmentPart, draft: Draft): string {
  const name = attach(draft, part.data, extensionOf(part.media));
  const isImage = part.media.startsWith('image/') && !part.media.includes('svg');
  const title =
    (part.name ?? '')
      .slice(0, 80)
      .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .trim() || part.media.replace(/[^\w/.+-]+/g, ' ').slice(0, 40);
  return `${isImage ? '!' : ''}[${title || 'file'}](${draft.folder}${name})\n`;
}

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'text/plain': 'txt',
  'text/markdown': 'md',
};

function extensionOf(media: string): string {
  if (Object.hasOwn(extensions, media)) return extensions[media] ?? 'bin';
  return /^[a-z]+\/([a-z0-9]{1,8})$/.exec(media)?.[1] ?? 'bin';
}

/** Returns a block of a type that nobody knows, as JSON. */
export function printUnknown(part: UnknownPart, step: number, draft: Draft): string {
  const content = shownJson(part.value);
  const block = newBlock('json', '', content, draft.limits.inline, draft);
  const body = printBlock(block, false, draft);
  const title = part.type === '' ? 'Unknown' : htmlText(cut(part.type, 72));
  return `${printMarker(step, 'unknown', { type: part.type })}<details><summary>${title} · ${linesText(content)}</summary>\n\n${body}</details>\n\n`;
}
