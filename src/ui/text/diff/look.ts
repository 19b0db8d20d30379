import type { Mark } from '../../../model/diff/change.ts';
import type { TurnChange } from '../../../model/diff/threads.ts';
import { saidIn, toldIn } from '../../../model/notes/said.ts';
import { subjectOf } from '../../../model/subject.ts';
import type { Turn } from '../../../model/turn.ts';
import type { DiffResult } from '../../../ops/diff.ts';
import type { Style } from '../../line.ts';

export type DiffPart = 'prompts' | 'tools' | 'files';

/** How a difference is shown. */
export interface DiffLook {
  /** word: one column, words marked in their text · unified: one column, lines · columns: side by side · stat: how much differs. */
  layout: 'word' | 'unified' | 'columns' | 'stat';
  /** Only these parts of the turns, and no facts; none = everything. */
  only: readonly DiffPart[];
  /** Everything that was said and called, however long. */
  full: boolean;
}

/** Lines of one text that are shown before the rest is only counted. */
export const mostLines = 6;

export const signs: Readonly<Record<Mark, string>> = { same: '=', alike: '≈', changed: '~', removed: '-', added: '+' };
export const signStyles: Readonly<Record<Mark, Style>> = {
  same: 'faint',
  alike: 'faint',
  changed: 'warn',
  removed: 'removed',
  added: 'added',
};

/** Returns the turn of a row that speaks for it: that of `b` where both have it. */
export function turnOf(row: TurnChange): Turn {
  return row.change === 'removed' ? row.a : row.b;
}

/** Returns whether a look shows what was said, and the calls, of a turn. */
export function shows({ only }: DiffLook, part: DiffPart): boolean {
  return only.length === 0 || only.includes(part);
}

/** Returns the rows that a look is about. */
export function rowsOf(changes: readonly TurnChange[], look: DiffLook): TurnChange[] {
  if (look.only.length === 0) return [...changes];
  const wanted = [...(look.only.includes('prompts') ? ['user'] : []), ...(look.only.includes('tools') ? ['assistant'] : [])];
  return changes.filter((row) => wanted.includes(turnOf(row).role));
}

/** Returns the lines of what a turn comes to; of everything that was said in it where all is asked for. */
export function textOf(turn: Turn, full: boolean): string[] {
  const text = (full ? saidIn(turn) : toldIn(turn)) || subjectOf(turn);
  return text.replaceAll('\t', '  ').split(/\r?\n/);
}

/** Returns what is said in place of where two parted. */
export function apartText({ changes }: DiffResult): string {
  const shared = changes.some((row) => row.change !== 'removed' && row.change !== 'added' && row.a.id === row.b.id);
  return shared ? 'The turns that they share stand in commits of their own' : 'They share no turn: what was asked alike stands together';
}
