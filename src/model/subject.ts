import { overLetters } from './ascii.ts';
import { oneLine, plainText } from './plain-text.ts';
import type { TextPart, Turn } from './turn.ts';
import { wordSet } from './word-set.ts';

const points = 72;
/** As much of a text as is looked at. */
const sample = 20_000;

/** Returns what a turn is about in one line of at most 72 code points (turns.md 4); never empty: `turn 7`. */
export function subjectOf(turn: Turn): string {
  if (turn.kind === 'reverted') return 'Taken out';
  const subject = turn.role === 'user' ? userSubject(turn) : assistantSubject(turn);
  return oneLine(subject, points) || `turn ${turn.n}`;
}

function userSubject(turn: Turn): string {
  if (turn.kind === 'compaction') return 'Summary of the conversation so far';
  const command = textsOf(turn, 'command').at(-1);
  const said = textsOf(turn, 'text', 'prompt').join('\n');
  if (said === '' && command !== undefined) return commandSubject(turn, command);
  if (turn.kind === 'command' || turn.kind === 'shell') return commandSubject(turn, command ?? said);
  return promptSubject(said) || attachmentSubject(turn);
}

function commandSubject(turn: Turn, text: string): string {
  const command = text.trim().split('\n', 1)[0] ?? '';
  return turn.kind === 'shell' && !command.startsWith('!') ? `! ${command}` : command;
}

function promptSubject(text: string): string {
  const prompt = withoutHarness(text).trim();
  const plan = firstWord(prompt) === 'implement' ? /^Implement the following plan:\s*([\s\S]*)/i.exec(prompt)?.[1] : undefined;
  if (plan !== undefined) return `Plan: ${headingOf(plan)}`;
  return withoutGreeting(withoutMarks(firstLine(prompt)));
}

/** The first line that says something, rather one that is not of a log. */
function firstLine(prompt: string): string {
  let first: string | undefined;
  for (const line of prompt.split('\n')) {
    if (!hasWord(line)) continue;
    if (!isLogLine(line)) return line;
    first ??= line;
  }
  return first ?? prompt;
}

function assistantSubject(turn: Turn): string {
  const last = lastText(turn);
  const sentence = last === undefined ? '' : firstSentence(last);
  return sentence || callsSubject(turn) || textsOf(turn, 'error')[0] || '';
}

function callsSubject(turn: Turn): string {
  const counts = new Map<string, number>();
  for (const { parts } of turn.steps) {
    for (const part of parts) if (part.kind === 'tool-call') counts.set(part.name, (counts.get(part.name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return plainText(sorted.map(([name, count]) => `${count} ${name}`).join(', '));
}

function attachmentSubject(turn: Turn): string {
  const parts = turn.steps.flatMap((step) => step.parts);
  const attachment = parts.find((part) => part.kind === 'attachment');
  if (attachment) return attachment.name ? plainText(attachment.name) : attachment.media.startsWith('image/') ? 'Image' : 'Attachment';
  return parts.some((part) => part.kind === 'output') ? 'Output of a command' : '';
}

/** Looking at the first letter is enough for most lines; an expression over Unicode takes a while to be made. */
function hasWord(line: string): boolean {
  let isAscii = true;
  for (let at = 0; at < line.length; at += 1) {
    const unit = line.charCodeAt(at);
    if (isAsciiWord(unit)) return true;
    if (unit > 127) isAscii = false;
  }
  return !isAscii && /[\p{L}\p{N}]/u.test(line);
}

const isAsciiWord = (unit: number) => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57);

/** The texts of some kinds that hold more than white space. */
function textsOf(turn: Turn, ...kinds: TextPart['kind'][]): string[] {
  const texts: string[] = [];
  for (const { parts } of turn.steps) {
    for (const part of parts) if ('text' in part && kinds.includes(part.kind)) texts.push(plainText(part.text.slice(0, sample)));
  }
  return texts.filter((text) => text.trim() !== '');
}

/** The last text that an answer says. */
function lastText({ steps }: Turn): string | undefined {
  for (const { parts } of steps.toReversed()) {
    for (const part of parts.toReversed()) {
      const text = part.kind === 'text' ? plainText(part.text.slice(0, sample)) : '';
      if (text.trim() !== '') return text;
    }
  }
  return undefined;
}

/** The letters that a text begins with: most need no look at the expressions below, which take a while to be made. */
const firstWord = (text: string): string => (/^[a-z]+/i.exec(text)?.[0] ?? '').toLowerCase();

const block =
  /<(system-reminder|local-command-[a-z]+|environment_context|user_instructions|ide_[a-z_]+|bash-[a-z]+|command-[a-z]+)>[\s\S]*?<\/\1>/g;
const tag = /<\/?[a-z][a-z0-9_-]*>/g;

/** Blocks that a harness put in are dropped with what they hold; of other tags (`<task-notification>`) the text stays. */
function withoutHarness(text: string): string {
  return text.includes('<') ? text.replace(block, '').replace(tag, ' ') : text;
}

const logLine =
  /^\s*(?:\[?\d{4}-\d\d-\d\d[T ]|\[?\d\d:\d\d:\d\d|\[?(?:info|warn|warning|error|debug|trace|fatal)\b\]?:? |at .+[:(]\d+|File ".+", line|Traceback \(|npm (?:err|warn)|[$>│|+❯➜]\s|```)/i;

const logWords = wordSet('info warn warning error debug trace fatal at file traceback npm');

function isLogLine(line: string): boolean {
  const text = line.trimStart();
  const word = firstWord(text);
  const mayBe = word === '' ? /^[[\d$>|│+❯➜`]/.test(text) : logWords.has(word);
  return mayBe && logLine.test(line.slice(0, 400));
}

const greeting =
  /^(?:(?:hi|hello|hey|ok|okay|great|thanks|thank you|good (?:morning|afternoon|evening))(?: (?:there|claude|codex))?[,.!]+ *|(?:now |please )?(?:can|could|would) you (?:please )?(?:(?:also|now|just) )?|please )/i;

const greetingWords = wordSet('hi hello hey ok okay great thanks thank good now please can could would');

function withoutGreeting(line: string): string {
  if (!greetingWords.has(firstWord(line))) return line;
  const short = line.replace(greeting, '').replace(greeting, '');
  return hasWord(short) ? short : line;
}

function withoutMarks(line: string): string {
  const text = line
    .trim()
    .replace(/^(?:#{1,6} +|> +|[-*•] +(?:\[[ x]\] +)?)+/, '')
    .trim();
  return text.includes('**') || text.includes('__') ? text.replace(/(\*\*|__)(\S(?:.*?\S)?)\1/g, '$2').trim() : text;
}

function headingOf(plan: string): string {
  const lines = plan.split('\n').filter((line) => line.trim() !== '');
  const heading = lines.find((line) => /^#{1,6} /.test(line)) ?? lines[0] ?? '';
  return withoutMarks(heading).replace(/^Plan: */i, '');
}

function firstSentence(text: string): string {
  const lines: string[] = [];
  for (const line of text.replace(/^ *(```|~~~)[\s\S]*?(?:^ *\1|$(?![\s\S]))/gm, '').split('\n')) {
    if (hasWord(line) && !/^\s*(?:\||#{1,6} )/.test(line)) lines.push(line);
    if (lines.length === 4) break;
  }
  const sentences = lines.flatMap((line) => sentencesOf(withoutMarks(line)));
  const sentence = sentences.find((candidate) => !isInterjection(candidate)) ?? sentences[0];
  return (sentence ?? withoutMarks(/^#{1,6} (.*)/m.exec(text)?.[1] ?? '')).replace(/[.:]+$/, '');
}

const interjection = overLetters(
  String.raw`^(?:(?:perfect|great|excellent|awesome|good|nice|sure|done|okay|ok|yes|ah|oh|uh oh|got it|i see|thanks|thank you|sorry|understood|absolutely|you'?re (?:absolutely )?(?:right|welcome))\b[^.!?]{0,30}[.!]|[\p{L}' ]{1,24}!)[^\p{L}\p{N}]*$`,
  'i',
);
const interjectionWords = wordSet(
  'perfect great excellent awesome good nice sure done okay ok yes ah oh uh got i thanks thank you sorry understood absolutely',
);

function isInterjection(sentence: string): boolean {
  const mayBe = sentence.includes('!') || (sentence.includes('.') && interjectionWords.has(firstWord(sentence)));
  return mayBe && interjection(sentence).test(sentence);
}

const sentenceEnd = overLetters(String.raw`(?<=[^.\d\s][^.\s]?[.!?])\s+(?=["'(*\x60\p{Lu}\p{N}])|(?<=[。！？])`, '');

/** A sentence ends in `.`, `!` or `?` before a capital or a digit, not behind a single character (`e.g.`, `1.`). */
function sentencesOf(line: string): string[] {
  return line.split(sentenceEnd(line)).filter((sentence) => sentence.trim() !== '');
}
