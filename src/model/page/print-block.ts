import { attachText, type Draft, extract, leavesPage, lineCount, sizeText } from './draft.ts';
import { escapeText, needsEscape } from './escape.ts';

/** A text to be shown between fences. */
export interface Block {
  lang: string;
  /** What stands behind the language: which input of a call it is. */
  slot: string;
  content: string;
  /** Name of the attachment that holds the text, when it does not stay on the page. */
  file?: string;
}

/** Returns a block; a text over `limit` bytes is put beside the page. */
export function newBlock(lang: string, slot: string, content: string, limit: number, draft: Draft): Block {
  const block = { lang, slot, content };
  return leavesPage(draft, content, limit) ? { ...block, file: attachText(draft, content, extensionOf(lang)) } : block;
}

const extensions: Record<string, string> = { text: 'txt', markdown: 'md', escaped: 'txt' };

function extensionOf(lang: string): string {
  return Object.hasOwn(extensions, lang) ? (extensions[lang] ?? 'txt') : lang;
}

/** Returns whether the page shows the block's own text, and that text has to be escaped. */
export function isEscaped(block: Block): boolean {
  return block.file === undefined && needsEscape(block.content);
}

/** Returns a block between fences, with its line end; of one beside the page the first and last lines and a link to the whole. */
export function printBlock(block: Block, escaped: boolean, draft: Draft): string {
  const info = block.slot === '' ? block.lang : `${block.lang} ${block.slot}`;
  if (block.file === undefined) return fenced(info, escaped ? escapeText(block.content) : block.content);
  const size = `${lineCount(block.content)} lines, ${sizeText(Buffer.byteLength(block.content))}`;
  return `${fenced(`${info} attachments/${block.file}`, extract(block.content, draft.limits))}\n[${size}](${draft.folder}${block.file})\n`;
}

function fenced(info: string, content: string): string {
  const fence = fenceFor(content);
  return `${fence}${info}\n${content}\n${fence}\n`;
}

/** Returns backticks enough to enclose a text. */
function fenceFor(content: string): string {
  if (!content.includes('```')) return '```';
  let longest = 3;
  for (const run of content.matchAll(/`{4,}/g)) longest = Math.max(longest, run[0].length);
  return '`'.repeat(longest + 1);
}

/** Returns the fence that a markdown text opens and does not close; '' when it closes all. */
export function openFence(text: string): string {
  if (!text.includes('```') && !text.includes('~~~')) return '';
  let open = '';
  for (const [, run, rest] of text.matchAll(/(?:^|\n) {0,3}(`{3,}|~{3,})([^\n]*)/g)) {
    if (run === undefined || rest === undefined) continue;
    if (open === '') {
      if (run.startsWith('~') || !rest.includes('`')) open = run;
    } else if (run.startsWith(open) && rest.trim() === '') {
      open = '';
    }
  }
  return open;
}
