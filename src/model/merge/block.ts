import { count } from '../count.ts';
import { at, code, inLine, type NoteLine, noteLines } from '../notes/note-lines.ts';
import { answerIn } from '../notes/said.ts';
import { plainText } from '../plain-text.ts';
import { subjectOf } from '../subject.ts';
import type { Turn } from '../turn.ts';
import type { Conflict, Stand } from './conflicts.ts';

/** Which side of a conflict holds from now on; edited: the person who merged wrote it down. */
export type Resolution = 'ours' | 'theirs' | 'both' | 'edited';

/** What a merge turn tells. */
export interface Merged {
  /** The whole name of the branch that was merged, and the title of its conversation where that is another one. */
  from: string;
  title?: string;
  /** The last turn that both sides have, by its number on the merged branch. */
  since?: number;
  /** The turns that were merged, in order. */
  turns: readonly Turn[];
  /** The turns that follow behind the merge as they are; absent: all are told by rule. */
  brought?: readonly Turn[];
  conflicts: readonly Conflict[];
  resolution?: Resolution;
  /** What a program of the user's made of the block, told instead of the rule's. */
  summary?: { by: string; text: string };
}

const most = 50;
const answerLines = 60;
const answerPoints = 400;

/** Returns the text of a merge turn: a block made by rule, each line of which names its turn. */
export function mergeBlock(merged: Merged): string {
  const { summary, brought, turns } = merged;
  const told = summary ? [plainText(summary.text).trim()] : brought ? [] : tellTurns(turns);
  return [opening(merged), ...told, ...tellConflicts(merged)].join('\n\n');
}

function opening({ from, title, since, turns, brought, summary }: Merged): string {
  const isTold = (turn: Turn) => turn.kind === 'reverted' || brought?.some(({ id }) => id === turn.id);
  const what = brought && !turns.every(isTold) ? numbers(brought.map(({ n }) => n)) : count((brought ?? turns).length, 'turn');
  const where = `${from}${title === undefined ? '' : ` (${inLine(title)})`}`;
  const parted = since === undefined ? 'It shares no turn with this line.' : `Both parted after turn ${since}.`;
  const how = brought
    ? `${brought.length === 1 ? 'That turn follows' : 'Those turns follow'} as ${brought.length === 1 ? 'it was' : 'they were'} said there.`
    : `What they came to stands below, ${summary ? `as ${code(summary.by)} summed it up` : 'told by rule'}; @ names a turn there.`;
  return `## Merged ${what} of ${where}\n\n${parted} ${how}`;
}

/** Returns numbers as ranges: `turns 9, 11-13`. */
export function numbers(all: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const n of [...all].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return `turn${all.length === 1 ? '' : 's'} ${ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')}`;
}

function tellTurns(turns: readonly Turn[]): string[] {
  const plain = turns.filter(({ kind }) => kind !== 'merge' && kind !== 'reverted');
  const { asked, decided, files, commands, questions } = noteLines(plain);
  return [
    ...section('Asked', asked),
    ...section('Came to', decided),
    ...section('Files changed', files),
    ...section('Commands', commands),
    ...section('Merged and taken out before', turns.filter((turn) => !plain.includes(turn)).map(aside)),
    ...lastAnswer(plain),
    ...section('Open questions', questions),
  ];
}

const aside = (turn: Turn): NoteLine => ({
  text: `- @${turn.n} ${turn.kind === 'merge' ? inLine(subjectOf(turn)) : 'taken out'}`,
  turns: [{ turn: turn.id, n: turn.n }],
});

function lastAnswer(turns: readonly Turn[]): string[] {
  const turn = turns.findLast((one) => answerIn(one) !== '');
  if (!turn) return [];
  const lines = plainText(answerIn(turn)).split('\n');
  const shown = lines.slice(0, answerLines).map((line) => `> ${cut(line, answerPoints)}`.trimEnd());
  const left = lines.length - answerLines;
  return [`### Last answer, @${turn.n}`, [...shown, ...(left > 0 ? [`> … and ${count(left, 'line')} more`] : [])].join('\n')];
}

function tellConflicts({ from, conflicts, resolution }: Merged): string[] {
  if (conflicts.length === 0) return [];
  const held =
    resolution === undefined
      ? 'not resolved'
      : { ours: 'ours holds', theirs: 'theirs holds', both: 'both hold', edited: 'as written here' }[resolution];
  const lines = conflicts.flatMap(({ topic, base, ours, theirs }) => [
    `- ${code(topic)}: ${held}`,
    ...(base ? [`  - base: ${stand(base)}`] : []),
    `  - ours: ${stand(ours)}`,
    `  - theirs: ${stand(theirs)}`,
  ]);
  return ['### Conflicts', `Ours is this line, theirs ${from}.`, lines.join('\n')];
}

const stand = ({ told, turns }: Stand): string => `${inLine(told)} · ${at(turns)}`;

function section(title: string, lines: readonly NoteLine[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most).map(({ text }) => text);
  const left = lines.length - shown.length;
  return [`### ${title}`, [...shown, ...(left > 0 ? [`- … and ${left} more`] : [])].join('\n')];
}

const cut = (text: string, limit: number): string =>
  [...text.slice(0, limit * 2)].length > limit ? `${[...text].slice(0, limit).join('')}…` : text;
