import type { Json } from '../json.ts';
import type { ResultStatus, ToolCallPart, ToolResult, ToolResultPart } from '../turn.ts';
import { headlineOf, viewInput } from './call-view.ts';
import { type Draft, lineCount, sizeText } from './draft.ts';
import { cut, cutPath, htmlText } from './escape.ts';
import { commentJson, shownJson } from './json-text.ts';
import { type MarkerData, printMarker } from './marker.ts';
import { type Block, isEscaped, newBlock, printBlock } from './print-block.ts';
import { attachmentLink } from './print-part.ts';

const maxHeadline = 80;
/** A name that the summary shows as it is. */
export const plainName = /^[A-Za-z0-9_.:-]{1,128}$/;

type Item = Block | { link: string };

/** Returns a call with its result, folded. */
export function printCall(part: ToolCallPart, step: number, draft: Draft): string {
  const input = inputItems(part.input, draft);
  const result = resultItems(part.result, draft);
  const data: MarkerData = {
    ...(plainName.test(part.name) ? {} : { name: part.name }),
    ...input.data,
    ...(part.agents ? { agents: part.agents } : {}),
    ...result.data,
  };
  const headline = cutPath(headlineOf(part.input), maxHeadline);
  const title = `<b>${htmlText(cut(part.name, maxHeadline))}</b>${headline === '' ? '' : ` <code>${htmlText(headline)}</code>`}`;
  const items = [...input.items, ...result.items];
  return folded(
    { step, kind: 'call', id: part.call, data },
    title + outcome(part.result, result.items, draft, changeText(input.items)),
    items,
    draft,
  );
}

/** Returns a result whose call stands elsewhere, folded. */
export function printResult(part: ToolResultPart, step: number, draft: Draft): string {
  const { items, data } = resultItems(part.result, draft);
  const summary = `<b>Result</b>${outcome(part.result, items, draft)}`;
  return folded({ step, kind: 'result', id: part.call, data }, summary, items, draft);
}

interface Heading {
  step: number;
  kind: string;
  id: string;
  data: MarkerData;
}

function folded({ step, kind, id, data }: Heading, summary: string, items: Item[], draft: Draft): string {
  const escaped = items.some((item) => 'content' in item && isEscaped(item));
  const marker = printMarker(step, kind, escaped ? { ...data, escaped } : data, id);
  const bodies = items.map((item) => ('link' in item ? item.link : printBlock(item, escaped, draft)));
  return `${marker}<details><summary>${summary}</summary>\n\n${bodies.join('\n')}</details>\n\n`;
}

function inputItems(input: Json, draft: Draft): { items: Block[]; data: MarkerData } {
  const view = viewInput(input);
  const { inline } = draft.limits;
  const items = view.blocks
    .filter((block) => block.slot !== '-' || Buffer.byteLength(block.content) <= inline)
    .map(({ lang, slot, content }) => newBlock(lang, slot, content, slot === '-' ? Number.POSITIVE_INFINITY : inline, draft));
  if (view.rest === undefined) return { items, data: {} };
  if (!view.showRest && Buffer.byteLength(commentJson(view.rest)) <= inline) return { items, data: { input: view.rest } };
  return { items: [...items, newBlock('json', '', shownJson(view.rest), inline, draft)], data: {} };
}

function resultItems(result: ToolResult | undefined, draft: Draft): { items: Item[]; data: MarkerData } {
  const items: Item[] = [];
  const files: { media: string; name?: string }[] = [];
  const types: string[] = [];
  if (isBlank(result)) return { items, data: { blank: true } };
  for (const item of result?.content ?? []) {
    if (item.kind === 'text') {
      items.push(newBlock('text', '', item.text, draft.limits.inline, draft));
    } else if (item.kind === 'attachment') {
      files.push({ media: item.media, ...(item.name === undefined ? {} : { name: item.name }) });
      items.push({ link: attachmentLink(item, draft) });
    } else {
      types.push(item.type);
      items.push(newBlock('json', 'unknown', shownJson(item.value), draft.limits.inline, draft));
    }
  }
  return { items, data: { ...(files.length > 0 ? { files } : {}), ...(types.length > 0 ? { types } : {}) } };
}

/** One empty text: what a command that prints nothing gives. */
function isBlank(result: ToolResult | undefined): boolean {
  const [first, second] = result?.content ?? [];
  return first?.kind === 'text' && first.text === '' && second === undefined;
}

const statusTexts: Record<ResultStatus, string> = { ok: '', failed: ' · failed', rejected: ' · rejected' };

/** Returns ` · failed · 31 lines`; the parser reads the status from it. */
function outcome(result: ToolResult | undefined, items: Item[], draft: Draft, change = ''): string {
  if (!result) return ' · no result';
  const blocks = items.filter((item): item is Block => 'content' in item);
  const lines = blocks.reduce((sum, block) => sum + lineCount(block.content), 0);
  const links = items.length - blocks.length;
  const parts = [
    ...(change !== '' ? [change] : lines > 0 ? [lines === 1 ? '1 line' : `${lines} lines`] : []),
    ...blocks.flatMap(({ file, content }) =>
      file ? [`<a href="${draft.folder}${file}">${sizeText(Buffer.byteLength(content))}</a>`] : [],
    ),
    ...(links > 0 ? [links === 1 ? '1 file' : `${links} files`] : []),
  ];
  return `${statusTexts[result.status]} · ${parts.join(' · ') || 'no output'}`;
}

/** Returns `+2 -1` for an edit that stands on the page whole; '' for another call. */
function changeText(items: Block[]): string {
  const edits = items.filter(({ lang, slot, file }) => lang === 'diff' && slot !== '.' && file === undefined);
  if (edits.length === 0) return '';
  const count = (mark: string) => edits.reduce((sum, { content }) => sum + `\n${content}`.split(`\n${mark}`).length - 1, 0);
  return `+${count('+')} -${count('-')}`;
}
