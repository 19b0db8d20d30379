import { count } from '../../model/count.ts';
import type { AttachmentPart, Part, TextPart, ToolCallPart, ToolResult, UnknownPart } from '../../model/turn.ts';
import { type Line, line, styled } from '../line.ts';
import { bytes } from '../numbers.ts';
import type { ViewSettings } from '../view.ts';
import { oneLine } from '../width.ts';
import { lineCount, plainLines, proseLines } from './prose.ts';

type Shown = Exclude<Part, ToolCallPart>;

/** Returns a part as one reads it first: what was said in full, everything else in a line. `prompts`: only what the person wrote. */
export function foldedPart(part: Shown, settings: ViewSettings, prompts: boolean): Line[] {
  switch (part.kind) {
    case 'text':
    case 'prompt':
    case 'remark':
    case 'command':
      return said(part, settings);
    case 'error':
      return prompts ? [] : said(part, settings);
    case 'thinking':
    case 'output':
    case 'expansion':
    case 'context':
      return prompts ? [] : [foldedText(part)];
    case 'attachment':
      return [attachmentLine(part)];
    case 'tool-result':
      return prompts ? [] : [line(styled('faint', `result of a call that is not in this turn · ${outcome(part.result)}`))];
    case 'unknown':
      return prompts ? [] : [unknownLine(part)];
  }
}

/** Returns a part with all that is in it. */
export function fullPart(part: Shown, settings: ViewSettings): Line[] {
  switch (part.kind) {
    case 'thinking':
    case 'output':
    case 'expansion':
    case 'context':
      return [foldedText(part), ...proseLines(part.text, settings, 'faint').map(inset)];
    case 'tool-result':
      return [line(styled('faint', `result of call ${oneLine(part.call)}`)), ...resultLines(part.result).map(inset)];
    case 'unknown':
      return [unknownLine(part), ...plainLines(JSON.stringify(part.value, null, 2), 'faint').map(inset)];
    default:
      return foldedPart(part, settings, false);
  }
}

function said(part: TextPart, settings: ViewSettings): Line[] {
  const style = { prompt: 'user', remark: 'user', command: 'command', error: 'bad' } as const;
  const lead = { prompt: 'while it worked: ', remark: 'you remarked: ', error: 'error: ' } as const;
  const before = part.kind in lead ? lead[part.kind as keyof typeof lead] : '';
  return proseLines(`${before}${part.text}`, settings, style[part.kind as keyof typeof style]);
}

function foldedText({ kind, label, text }: TextPart): Line {
  const name = kind === 'expansion' ? 'expanded to' : kind;
  return line(styled('faint', `${name}${label === undefined ? '' : ` · ${oneLine(label)}`} · ${count(lineCount(text), 'line')}`));
}

function unknownLine({ type, value }: UnknownPart): Line {
  return line(styled('faint', `record of an unknown type "${oneLine(type)}" · ${bytes(JSON.stringify(value).length)}`));
}

/** Returns the line of bytes that are not text. */
export function attachmentLine({ media, name, data }: AttachmentPart): Line {
  return line(styled('faint', `[${name === undefined ? '' : `${oneLine(name)} · `}${oneLine(media)} · ${bytes(data.length)}]`));
}

/** Returns what came of a call: `31 lines`, `failed · 2 lines`, `rejected`. */
export function outcome(result: ToolResult | undefined): string {
  if (!result) return 'no result';
  const text = result.content.map((one) => (one.kind === 'text' ? one.text : '')).join('');
  const others = result.content.filter((one) => one.kind !== 'text').length;
  const words = [
    ...(result.status === 'ok' ? [] : [result.status]),
    ...(text.trim() === '' ? [] : [text.length > 100_000 ? bytes(text.length) : count(lineCount(text), 'line')]),
    ...(others > 0 ? [count(others, 'attachment')] : []),
  ];
  return words.join(' · ');
}

/** Returns the result of a call with all that is in it. */
export function resultLines(result: ToolResult): Line[] {
  return result.content.flatMap((one) => {
    if (one.kind === 'text') return plainLines(one.text, result.status === 'ok' ? 'faint' : 'bad');
    return one.kind === 'attachment'
      ? [attachmentLine(one)]
      : [unknownLine(one), ...plainLines(JSON.stringify(one.value, null, 2), 'faint')];
  });
}

/** Returns the line two columns further in. */
export function inset(one: Line): Line {
  return one.length === 0 ? one : line('  ', one);
}
