import { count } from '../../../model/count.ts';
import type { CommandPair, FilePair, Runs } from '../../../model/diff/facts.ts';
import type { Notes } from '../../../model/notes/notes.ts';
import type { DiffResult } from '../../../ops/diff.ts';
import { type Line, line, lineWidth, styled } from '../../line.ts';
import { clock, date, duration, parseTime } from '../../time.ts';
import { insidePath, type ViewSettings } from '../../view.ts';
import { cut, cutStart, oneLine } from '../../width.ts';
import { dotted, modelName, some, stopWord, tokenWords } from '../words.ts';

/** One fact of both sides: a name, and for each side the lines that tell it; none = nothing to tell. */
export interface FactRow {
  name: string;
  a: Line[];
  b: Line[];
}

/** Files and commands that are told before the rest is only counted. */
const most = 6;

/** Columns of a command. */
const longest = 60;

/** Returns the facts of two sides, in the order in which they are read; a fact that neither side has is left out. A path takes a line. */
export function factRows({ facts }: DiffResult, settings: Pick<ViewSettings, 'now' | 'columns' | 'folder'>): FactRow[] {
  const { now } = settings;
  const { a, b, files, commands } = facts;
  const both = (name: string, tell: (notes: Notes) => Line[]): FactRow => ({ name, a: tell(a), b: tell(b) });
  const rows = [
    both('turns', (notes) => [line(turnsOf(notes))]),
    both('when', (notes) => words(whenOf(notes, now))),
    both('worked', ({ working }) => words(working > 0 ? duration(working) : undefined)),
    both('tokens', ({ tokens }) => words(dotted(tokenWords(tokens)))),
    both('models', ({ models }) => words(models.map((model) => oneLine(modelName(model))).join(', '))),
    both('tools', toolsOf),
    ...capped(
      files.map((file) => fileRow(file, settings)),
      'file',
    ),
    ...capped(commands.map(commandRow), 'command'),
    both('ended', endedOf),
    both('asks', ({ questions }) => questions.slice(-3).map(({ text }) => line(oneLine(text)))),
  ];
  return rows.filter((row) => row.a.length + row.b.length > 0);
}

const words = (text: string | undefined): Line[] => (text === undefined || text === '' ? [] : [line(text)]);

function turnsOf({ turns, prompts }: Notes): string {
  return turns === 0 ? 'none' : dotted([String(turns), some(prompts.length, 'prompt')]);
}

function whenOf({ started, ended }: Notes, now: number): string | undefined {
  const [from, to] = [parseTime(started), parseTime(ended)];
  if (from === undefined) return undefined;
  const begun = `${date(from, now)} ${clock(from)}`;
  return to === undefined || to <= from ? begun : `${begun}, ${duration(to - from)}`;
}

function toolsOf({ tools, agents }: Notes): Line[] {
  const named = tools.map(({ name, calls, failed }, at) => [
    `${oneLine(name)} ${calls}`,
    failed > 0 ? styled('bad', ` (${failed} failed)`) : '',
    at < tools.length - 1 ? ', ' : '',
  ]);
  return [...(named.length > 0 ? [line(...named.flat())] : []), ...(agents.length > 0 ? [line(count(agents.length, 'sub-agent'))] : [])];
}

function fileRow({ path, a, b }: FilePair, { columns, folder }: Pick<ViewSettings, 'columns' | 'folder'>): FactRow {
  const told = (file: FilePair['a']): Line[] => {
    if (!file) return [];
    const lines = line(' ', styled('added', `+${file.added}`), ' ', styled('removed', `-${file.removed}`));
    return [line(cutStart(oneLine(insidePath(path, { folder })), columns - lineWidth(lines)), lines)];
  };
  return { name: 'files', a: told(a), b: told(b) };
}

function commandRow({ command, a, b }: CommandPair): FactRow {
  const told = (runs: Runs | undefined): Line[] => (runs ? [line(cut(oneLine(command), longest), ' ', ...runsOf(runs))] : []);
  return { name: 'commands', a: told(a), b: told(b) };
}

/** `ok`, `failed`, `ok · 1 of 3 failed`: how the last run ended, and what went before. */
export function runsOf({ runs, failed, last }: Runs): Line {
  const ended = last === 'ok' ? [styled('good', 'ok')] : last === 'unknown' ? [] : [styled('bad', last)];
  const before = failed - (last === 'failed' ? 1 : 0);
  if (runs === 1) return ended;
  if (last === 'failed' && failed === runs) return line(...ended, styled('faint', ` · each of ${runs} times`));
  const told = before > 0 ? `${before} of ${runs} failed before` : `${runs} times`;
  return line(...ended, styled('faint', `${ended.length > 0 ? ' · ' : ''}${told}`));
}

function endedOf({ ending, turns }: Notes): Line[] {
  if (!ending || turns === 0) return [];
  const stop = ending.role === 'user' ? 'not answered' : stopWord(ending.stop);
  return [line(stop === undefined ? '' : styled('bad', `${oneLine(stop)} · `), oneLine(ending.subject))];
}

/** The name stands in the first row alone. */
function capped(rows: readonly FactRow[], one: string): FactRow[] {
  const shown = rows.slice(0, rows.length > most + 1 ? most : rows.length).map((row, at) => (at === 0 ? row : { ...row, name: '' }));
  const left = rows.length - shown.length;
  return left > 0 ? [...shown, { name: '', a: [line(styled('faint', `… ${count(left, `more ${one}`)}`))], b: [] }] : shown;
}
