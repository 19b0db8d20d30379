import { overLetters } from '../ascii.ts';
import { textViews } from '../page/text-view.ts';
import { plainText } from '../plain-text.ts';
import type { TextPart, Turn, TurnKind } from '../turn.ts';

const open: ReadonlySet<TextPart['kind']> = new Set(['text', 'prompt', 'remark', 'command', 'error']);
/** Turns of the user's side that no person put as a prompt. */
const notSaid: ReadonlySet<TurnKind> = new Set(['notice', 'compaction', 'merge', 'reverted']);
const persons: ReadonlySet<TextPart['kind']> = new Set(['prompt', 'remark']);

/** Returns what is said in a turn, as one reads it: without thinking, calls, and what a harness put in. */
export function saidIn(turn: Turn): string {
  return textsOf(turn, open, true).join('\n\n');
}

/** Returns what a person said in a turn: a prompt, or words put in while the assistant worked; '' for nothing. */
export function promptIn(turn: Turn): string {
  if (turn.role === 'assistant') return textsOf(turn, persons, false).join('\n\n');
  return turn.kind !== undefined && notSaid.has(turn.kind) ? '' : saidIn(turn);
}

/** Returns the last text of an assistant's turn: what it answered; '' for none. */
export function answerIn(turn: Turn): string {
  return turn.role === 'assistant' ? (textsOf(turn, new Set(['text']), false).at(-1) ?? '') : '';
}

/** Returns what a turn comes to: a prompt as it was put, of an answer its last text and what a person said in it. */
export function toldIn(turn: Turn): string {
  if (turn.role === 'user') return saidIn(turn);
  return [promptIn(turn), answerIn(turn)].filter((text) => text !== '').join('\n\n') || saidIn(turn);
}

function textsOf(turn: Turn, kinds: ReadonlySet<TextPart['kind']>, led: boolean): string[] {
  const texts = turn.steps.flatMap(({ parts }) =>
    parts.flatMap((part) => ('text' in part && kinds.has(part.kind) ? [led ? textViews[part.kind].lead + part.text : part.text] : [])),
  );
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

const most = 20;
const question = overLetters(String.raw`[\p{L}].*\?[)"'*_]*$`, '');

/** Returns the questions that a text leaves to its reader, without code, quotes and headings; 20 at most. */
export function questionsIn(text: string): string[] {
  const prose = plainText(text)
    .replace(/^ *(```|~~~)[\s\S]*?(?:^ *\1|$(?![\s\S]))/gm, '')
    .split('\n')
    .filter((line) => !/^\s*(?:>|#|\|)/.test(line))
    .map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '').trim());
  const sentences = prose.flatMap((line) => line.split(/(?<=[.!?])\s+(?=\S)/));
  return sentences
    .map((sentence) => sentence.replace(/[*_]{2}/g, '').trim())
    .filter((sentence) => sentence.includes('?') && question(sentence).test(sentence))
    .slice(-most);
}
